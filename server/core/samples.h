// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "pigeonhub/event.h"
#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

// Tells in few words of what one peer can cause as often as it likes: ten events of a kind at once,
// then one a second. Each of these is the latest of a group, and says how large the group is. No
// event goes uncounted: what is left is told when the second is over, or when the peer goes.
class Samples {
 public:
  using Sample = std::variant<NamespaceRemoved, NamespaceCreated, PeerAnnounced, PairConnected,
                              PairFailed, PairRetried>;

  // The peer at this connection caused an event. Returns it if it is to be told now.
  std::optional<Sample> OnEvent(SteadyTime now, ConnectionId peer, Sample event);
  // The next one that is due by now. Called until there is none.
  std::optional<Sample> OnTime(SteadyTime now);
  // The peer is about to go: the next one that was not told. Called until there is none; then the
  // peer is forgotten.
  std::optional<Sample> OnGone(ConnectionId peer);
  // When OnTime would have something, if nothing else comes.
  std::optional<SteadyTime> NextDeadline() const {
    return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
  }

 private:
  static constexpr Duration kEach = std::chrono::seconds(1);
  static constexpr int kBurst = 10;

  using Key = std::pair<ConnectionId, size_t>;  // and the kind of event
  struct Kind {
    SteadyTime full_at;  // when all of the burst is there again
    uint64_t untold = 0;
    std::unique_ptr<Sample> last = {};  // of those; apart, as each peer has such an entry
  };
  // When the next one may be told.
  static SteadyTime DueOf(const Kind& kind) { return kind.full_at - kEach * (kBurst - 1); }
  // `last` stands for all that is untold.
  static Sample Tell(SteadyTime now, Kind& kind, Sample last);

  absl::flat_hash_map<Key, Kind> kinds_;
  absl::btree_set<std::pair<SteadyTime, Key>> due_;
};

}  // namespace pigeonhub
