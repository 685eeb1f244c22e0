// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "pigeonhub/records.h"
#include "server/core/command.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/lost_hubs.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh_message.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What mesh hubs ask each other on behalf of those who run them. A question is a text, and so is
// its answer: what stands in them is not for the core to read.
//
// A text goes in pieces that come before news, so that an answer does not wait for a long list; and
// no more of them are under way than signals can wait for. Nothing is said twice: if a conversation
// begins anew, what was asked in it is over. Everything is bounded in number, in bytes and in time,
// and whoever asks gets an answer or is told why there is none.
class Questions {
 public:
  static constexpr size_t kPiece = size_t{16} * 1024;
  static constexpr size_t kLargestPiece = size_t{256} * 1024;  // that is heard
  // The length of a question or an answer.
  static constexpr size_t kMostText = size_t{4} * 1024 * 1024 + size_t{64} * 1024;
  // Texts in memory: of what this hub asks, and as much of what it is asked.
  static constexpr size_t kMostBytes = size_t{32} * 1024 * 1024;
  static constexpr size_t kMostAsked = 256;    // by this hub at a time
  static constexpr size_t kMostOfOneHub = 32;  // that are asked by it at a time, or of it
  static constexpr size_t kMostHeard = 128;    // of this hub at a time
  // So long whoever runs this hub may take for an answer, and another hub to receive it.
  static constexpr Duration kHeardFor = std::chrono::seconds(60);

  Questions(const Identity& self, const KnownKeys& known_keys, const HubMap& map,
            const LostHubs& lost_hubs, MeshHubTable& mesh_hubs)
      : self_(self),
        known_keys_(known_keys),
        map_(map),
        lost_hubs_(lost_hubs),
        mesh_hubs_(mesh_hubs) {}

  absl::Status Check(const PutQuestion& command) const;
  absl::Status Check(const AnswerQuestion& command) const;
  void Apply(Turn& turn, const PutQuestion& command);
  void Apply(Turn& turn, const AnswerQuestion& command);

  // A mesh hub says something.
  void Hear(Turn& turn, MeshHub& hub, const mesh::Ask& ask);
  void Hear(Turn& turn, MeshHub& hub, const mesh::Reply& reply);
  // What it said until now is void.
  void BeginAnew(const MeshHub& hub);
  // Says to it what there is time for now.
  void Speak(Turn& turn, MeshHub& hub);
  void OnTick(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const {
    return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
  }

  // The other mesh hubs, and those that were lost, and whether each can be asked now.
  std::vector<HubToAsk> HubsToAsk() const;
  size_t bytes() const { return bytes_[0] + bytes_[1]; }

 private:
  // All of one hub stand together.
  struct Key {
    PeerId hub;
    bool ours = false;  // this hub asks
    uint64_t number = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Exchange {
    SteadyTime until;
    SharedText to_say;  // null: nothing yet
    size_t said = 0;    // bytes of it
    uint64_t pieces_said = 0;
    std::string heard;
    uint64_t pieces_heard = 0;
    bool heard_all = false;

    size_t bytes() const { return heard.size() + (to_say == nullptr ? 0 : to_say->size()); }
  };
  using Exchanges = std::map<Key, Exchange>;
  // What is to be said to one hub.
  struct Line {
    uint64_t stream = 0;  // of the conversation, when it began
    std::deque<Key> waiting;
  };

  absl::Status WhyNotToAsk(const MeshHub& hub) const;
  // Whether this hub answers it: somebody let it in on purpose, and it is known who it is.
  bool Answers(const MeshHub& hub) const;
  // Why one more question of it is not taken, in a word; empty: it is.
  std::string_view WhyNotToHear(const MeshHub& hub) const;
  size_t CountOf(const PeerId& hub, bool ours) const;

  Exchange& Begin(const Key& key, SteadyTime until);
  void Say(MeshHub& hub, const Key& key, Exchange& exchange, SharedText text);
  // False if that is too much.
  bool Append(const Key& key, Exchange& exchange, const SharedText& bytes);
  void End(Exchanges::iterator exchange);
  void Refuse(Turn& turn, MeshHub& hub, uint64_t number, std::string_view word);
  // This hub gets no answer, or has it.
  void Finish(Turn& turn, Exchanges::iterator asked, absl::Status status);
  // The conversation began anew, so what was under way is lost.
  void GiveUp(Turn& turn, const PeerId& hub);

  const Identity& self_;
  const KnownKeys& known_keys_;
  const HubMap& map_;
  const LostHubs& lost_hubs_;
  MeshHubTable& mesh_hubs_;
  Exchanges exchanges_;
  std::set<std::pair<SteadyTime, Key>> due_;
  std::map<PeerId, Line> lines_;
  size_t count_[2] = {0, 0};  // of theirs, of ours
  size_t bytes_[2] = {0, 0};
};

}  // namespace pigeonhub
