// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonhub/hub_server.h"
#include "server/core/hub.h"
#include "server/runtime/dispatcher.h"

namespace pigeonhub {

// Has the hub do what `command` says, or only check it. Takes the hub's lock once.
template <typename T>
absl::Status AskHub(Dispatcher& dispatcher, const T& command, Mode mode) {
  if (mode == Mode::kDo) return dispatcher.Command(command);
  return dispatcher.Read([&](const Hub& hub) { return hub.Check(command); });
}

// The same. If the answer is OK, it is what `look` finds of the hub right before.
template <typename T, typename Look>
absl::StatusOr<std::invoke_result_t<Look, const Hub&>> AskHub(Dispatcher& dispatcher,
                                                              const T& command, Mode mode,
                                                              Look look) {
  std::optional<std::invoke_result_t<Look, const Hub&>> found;
  const auto before = [&](const Hub& hub) { found = look(hub); };
  const absl::Status answer = mode == Mode::kDo ? dispatcher.Command(command, before)
                                                : dispatcher.Read([&](const Hub& hub) {
                                                    before(hub);
                                                    return hub.Check(command);
                                                  });
  if (!answer.ok()) return answer;
  return *std::move(found);
}

// Those whose tokens have all of these attributes, oldest first.
inline std::vector<PeerId> PeersWith(const Hub& hub, const TokenAttributes& attributes) {
  constexpr size_t kAll = std::numeric_limits<size_t>::max();
  std::vector<PeerId> found;
  for (const PeerRecord& peer : hub.ListPeers({.attributes = attributes}, 0, kAll).peers) {
    found.push_back(peer.peer);
  }
  return found;
}

}  // namespace pigeonhub
