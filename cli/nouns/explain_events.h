// SPDX-License-Identifier: Apache-2.0
//
// Why two peers did not meet, from what hubs wrote down. Answers with the findings of
// Hub::ExplainPair, where events tell enough, and says where they do not.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/nouns/explain_signals.h"
#include "pigeonhub/findings.h"
#include "pigeonhub/pair_report.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"

namespace pigeonhub::cli {

// Takes events in the order of their times, and keeps what concerns the two alone: where they were,
// and the links of the hubs. So it needs no more memory for more events.
class ExplainEvents {
 public:
  static constexpr size_t kMostHubs = 256;
  static constexpr size_t kMostLinks = 1024;
  static constexpr size_t kMostIds = 4;  // that begin as was asked for

  // Ids, or beginnings that one id alone has of those in the events. `network` is the namespace
  // that both should be in; empty: any.
  ExplainEvents(std::string peer, std::string other, std::string network)
      : sides_{Side{std::move(peer)}, Side{std::move(other)}}, network_(std::move(network)) {}

  // An event or a gap, from the file with this number. A hub that is started anew in a file may
  // have another id than before.
  void Take(const v1::WatchEventsResponse& item, size_t file);

  // What is so after the last event. NOT_FOUND or INVALID_ARGUMENT, one line, if it is not clear
  // who is meant.
  absl::StatusOr<v1::ExplainPairResponse> Result() const;

  // Events that are missing are told of in so many gaps.
  uint64_t gaps() const { return gaps_; }
  // Events of hubs and links over the limits, which were left out.
  uint64_t left_out() const { return left_out_; }

 private:
  // What happened to a peer, and which event told of it.
  struct Told {
    UnixMillis at = 0;  // 0: it did not happen
    uint64_t seq = 0;
    std::string hub = {};
    std::optional<Reason> reason = {};
    int code = 0;
    std::string network = {};
  };
  // A peer at one hub.
  struct Stay {
    bool is_here = false;
    UnixMillis since = 0;
    std::string network = {};  // empty: not announced
    Told refused = {};         // its last announce
    Told left = {};            // a close code of 0: with its hub, which ended without a word
  };
  struct Hub {
    std::string epoch = {};
    std::array<Stay, 2> stays = {};
  };
  struct Side {
    std::string asked;
    std::vector<std::string> ids = {};  // that begin so
    Told turned_away = {};              // before it was a peer
    Told over_limit = {};               // its signals
    Stay seen = {};                     // what the other one had to do with it, at whatever hub
  };
  // What one of the two reported.
  struct Reported {
    Told told = {};
    size_t side = 0;
    PairReport report = {};

    bool Is(PairReport::Kind kind) const { return told.at != 0 && report.kind == kind; }
  };
  // Which hubs a file is of.
  struct File {
    std::string hub = {};     // of its last event
    bool of_several = false;  // at once, as what `events --hub '*'` prints
  };
  // A link of a hub, by what is at its other end.
  struct Link {
    bool is_up = false;
    Told down = {};
    std::string why = {};
  };
  // Where a peer is, or was last.
  struct Place {
    std::string hub = {};
    const Stay* stay = nullptr;  // null: never seen
  };
  struct Found;

  void Take(const v1::Event& event, Hub& hub);
  // Null for one too many.
  Hub* HubOf(const v1::Event& event, File& file);
  // The hub of this id is another process now: nobody of before is connected to it.
  void Restart(const std::string& id, const v1::Event& event);
  // The sides that this id is of.
  std::vector<size_t> SidesOf(const std::string& id);
  // The side of `from`, if the other one is `to`.
  std::optional<size_t> SideOf(const std::string& from, const std::string& to);
  // Both are somewhere, in the namespace, as one of them had to do with the other.
  void NoteSeen(UnixMillis at, const std::string& network);
  template <typename Change>
  void ChangeStays(Hub& hub, const std::string& peer, const Change& change);
  void TakeRefusal(const v1::PeerRefusedEvent& refusal, Hub& hub, Told told);
  // A PairConnectedEvent or a PairFailedEvent.
  template <typename Message>
  void TakeReport(const Message& body, Told told);
  void TakeLimit(const v1::LimitHitEvent& limit, Hub& hub, const Told& told);
  void TakeSignal(const auto& body, const Told& told, bool to_link);
  void SetLink(const std::string& other, bool is_up, Told told, std::string why = {});

  absl::StatusOr<PeerId> IdOf(const Side& side) const;
  Place PlaceOf(size_t side) const;
  // Whether nothing may have happened that is not among the events.
  bool IsWhole() const { return is_whole_ && gaps_ == 0 && left_out_ == 0; }
  bool KnowsAllHubs() const;
  void SayAbsent(size_t side, const PeerId& id, const Place& place, Found& found) const;
  void SayLinksDown(Found& found) const;
  bool IsInNamespace(const PeerId& id, const Place& place, Found& found) const;
  // Whether a link between the hubs of the two is down; says so.
  bool IsCutOff(const Place& a, const Place& b, Found& found) const;
  void SayReport(const std::array<PeerId, 2>& ids, Found& found) const;
  void SayHandshake(const std::array<PeerId, 2>& ids, UnixMillis both_here, Found& found) const;

  std::array<Side, 2> sides_;
  const std::string network_;
  std::map<std::string, Hub> hubs_;                            // by their ids
  std::map<std::pair<std::string, std::string>, Link> links_;  // by their two ends
  std::map<size_t, File> files_;
  ExplainSignals signals_;
  Reported reported_;   // the last one
  UnixMillis now_ = 0;  // of the last event
  UnixMillis last_signal_ = 0;
  bool is_whole_ = true;  // each hub's events begin where its run began
  uint64_t gaps_ = 0;
  uint64_t left_out_ = 0;
};

}  // namespace pigeonhub::cli
