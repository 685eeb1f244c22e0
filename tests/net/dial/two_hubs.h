// SPDX-License-Identifier: Apache-2.0
//
// A hub that dials another, and what came of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "server/core/hub.h"
#include "tests/net/test_hub.h"
#include "tests/support/eventually.h"

namespace pigeonhub::net {

inline const PeerId kDialing = *PeerId::Parse("1111111111111111111111111111111111111111");
inline const PeerId kDialed = *PeerId::Parse("2222222222222222222222222222222222222222");

inline HubOptions HubCalled(const PeerId& id) {
  HubOptions options;
  options.is_hub = true;
  options.hub_peer_id = id;
  options.auto_connect = false;
  options.reconnect_interval = std::chrono::milliseconds(20);
  return options;
}

inline DataPlaneOptions NetOf(const PeerId& id) {
  DataPlaneOptions options;
  options.dial.hub_peer_id = id;
  return options;
}

inline std::string Plain(uint16_t port) { return "ws://127.0.0.1:" + std::to_string(port); }

inline std::vector<LinkRecord> LinksOf(TestHub& hub) {
  return hub.dispatcher().Read([](const Hub& core) { return core.Links(); });
}

// Waits until the one link of `hub` is in that state.
inline bool LinkIs(TestHub& hub, LinkRecord::State state) {
  return Eventually([&] {
    const auto links = LinksOf(hub);
    return links.size() == 1 && links[0].state == state;
  });
}

// Waits until the one link of `hub` has a problem, and returns it.
inline std::string ProblemOf(TestHub& hub) {
  std::string problem;
  Eventually([&] {
    const auto links = LinksOf(hub);
    if (!links.empty()) problem = links[0].end.text;
    return !problem.empty();
  });
  return problem;
}

}  // namespace pigeonhub::net
