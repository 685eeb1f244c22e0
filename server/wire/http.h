// SPDX-License-Identifier: Apache-2.0
//
// The bodies and targets of the hub's HTTP side, which shares the port with the WebSockets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/time.h"

namespace pigeonhub::wire {

// Bytes. The reference reports Node's process.memoryUsage(); heap figures are ours from malloc.
struct MemoryUse {
  uint64_t rss = 0;
  uint64_t heap_total = 0;
  uint64_t heap_used = 0;
  uint64_t external = 0;
  uint64_t array_buffers = 0;
};

// GET /health
std::string HealthBody(const HubStats& stats, double uptime_seconds, UnixMillis now,
                       const MemoryUse& memory);

// GET /hubs. `data` is what each hub announced, with isHub.
std::string HubsBody(const std::vector<HubRecord>& hubs, UnixMillis now);

// Everything else.
inline constexpr std::string_view kBanner = "PeerPigeon WebSocket Signaling Server";

// The first field of that name in an upgrade target's query, percent-decoded; empty where there is
// none. Takes and gives any bytes; the path and all other parameters are ignored. As in
// URLSearchParams
// "+" is a space and a broken percent escape stands for itself.
std::string FieldOfTarget(std::string_view target, std::string_view field);
inline std::string PeerIdOfTarget(std::string_view target) {
  return FieldOfTarget(target, "peerId");
}

}  // namespace pigeonhub::wire
