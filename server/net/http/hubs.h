// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/time.h"

namespace pigeonhub::net {

// What GET /hubs says of each hub.
enum class HubFields {
  // The fields that PeerPigeon's description of hubs has: peerId, networkName, registeredAt and
  // lastActivity. Strangers get these.
  kOfSeed,
  // As the reference server answers: also connectedAt, and as `data` what the hub announced, with
  // isHub. What is secret in an address is masked: a hub of the reference may announce its own with
  // the secret that lets it in.
  kAll,
};

// As many hubs are listed at most; totalHubs counts all.
inline constexpr size_t kMostListedHubs = 1000;

// The body of GET /hubs.
std::string HubsBody(const std::vector<HubRecord>& hubs, UnixMillis now, HubFields fields);

}  // namespace pigeonhub::net
