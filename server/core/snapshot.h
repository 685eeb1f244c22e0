// SPDX-License-Identifier: Apache-2.0
//
// What a hub answers when asked about itself. Plain copies: they stay true to the moment they were
// taken at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/core/ids.h"
#include "server/core/message.h"
#include "server/core/time.h"

namespace pigeonhub {

enum class Serving { kStopped, kServing, kDraining };

// The counts of the seed's getStats.
struct HubStats {
  Serving serving = Serving::kStopped;
  bool is_hub = false;
  PeerId hub_peer_id;
  std::string hub_mesh_namespace;
  size_t connections = 0;
  size_t peers = 0;
  size_t hubs = 0;      // connected hubs
  size_t networks = 0;  // namespaces with local announced peers
  size_t remote_peers = 0;
  size_t max_connections = 0;
};

// A connected peer.
struct PeerRecord {
  PeerId peer;
  uint64_t order = 0;  // of connecting: later ones have higher numbers
  SharedText network;  // null before its announce
  Profile profile;
  bool is_hub = false;
  std::string address;  // without port
  UnixMillis connected_at = 0;
  UnixMillis announced_at = 0;  // on this network for the first time; 0: not yet
  UnixMillis last_activity = 0;
};

// Which peers to list; empty fields ask for nothing.
struct PeerFilter {
  std::string network;
  std::string id_prefix;
  bool hubs_only = false;
};

// A namespace with members.
struct NamespaceRecord {
  std::string name;
  size_t local_peers = 0;
  size_t remote_peers = 0;
  bool is_hub_mesh = false;
};

// A connected peer that is registered as a hub.
struct HubRecord {
  PeerId peer;
  uint64_t order = 0;  // of registration: later ones have higher numbers
  SharedText network;  // null while it has not announced
  Profile profile;
  UnixMillis registered_at = 0;
  UnixMillis last_activity = 0;
  UnixMillis connected_at = 0;
};

}  // namespace pigeonhub
