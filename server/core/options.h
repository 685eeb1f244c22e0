// SPDX-License-Identifier: Apache-2.0

// The rules a hub decides by, with their defaults. Sizes in bytes.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "pigeonhub/defaults.h"
#include "pigeonhub/hub_admission.h"
#include "pigeonhub/hub_trust.h"
#include "pigeonhub/namespace_policy.h"
#include "pigeonhub/peer_auth.h"
#include "pigeonhub/rate.h"
#include "pigeonhub/running_limits.h"
#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

struct Limits {
  static constexpr size_t kMostNamespaces = 10'000;

  size_t max_connections = kDefaultMaxConnections;
  // What a connection takes in one message, here and, as far as this hub knows, at other hubs.
  size_t message = kDefaultMaxMessageSize;
  // The payload of a signal; at most as large as a message.
  size_t signal = kDefaultMaxMessageSize;
  // What waits for another hub: signals it has not acknowledged, and what is to go over a link. A
  // sender may have a quarter of it.
  size_t link_queue = kDefaultLinkQueue;
  // An announce is repeated to every member of its namespace, so its size is multiplied.
  size_t announce_data = size_t{16} * 1024;
  // So is a goodbye, which has little to say.
  size_t goodbye_data = 1024;
  size_t namespace_name = 1024;
  size_t namespace_peers = 5000;        // local peers of one namespace
  size_t namespaces = kMostNamespaces;  // namespaces with local peers
  // Memory for what one other hub tells of its peers and asks for, and for what all of them do.
  size_t hub_share = size_t{128} * 1024 * 1024;
  size_t hub_shares = size_t{256} * 1024 * 1024;
  // Hubs on the map, and peers that are hubs: each takes time whenever the map changes. Memory for
  // what those on the map say of themselves; a hub that misses half of the others there says 22
  // KiB.
  size_t hubs = 1024;
  size_t hub_map = size_t{32} * 1024 * 1024;
  size_t hub_entry = size_t{4} * 1024;
  // Region and capabilities of this hub, which every hub of the mesh keeps: the size of each, and
  // how many capabilities there are. With them an entry stays far below hub_entry.
  size_t label = 64;
  size_t capabilities = 16;
  // Hubs that operators granted, and as many that they quarantined: each may be unknown, so a
  // script that errs must not fill the memory.
  size_t hubs_named = 4096;
};

// The bus that hubs share: docs/decisions/0032-the-broker-is-a-bus-on-the-map.md.
struct BusOptions {
  bool on = false;  // this hub has one, up or not
  // How often this hub says there that it is there.
  Duration beat = std::chrono::milliseconds(800);
  // How long hubs stay known that only the bus led to, while this hub does not hear itself there.
  Duration grace = std::chrono::seconds(60);
};

// What mesh hubs are spared: times that pass at least, for each hub on the map.
struct MeshPace {
  Duration look = std::chrono::microseconds(200);    // between two looks at the map
  Duration gather = std::chrono::microseconds(500);  // between two bodies of news to one hub
};

struct HubOptions {
  // A hub server tells the hubs that link to it about its peers and passes on what they report; a
  // plain server only keeps what they report for its own peers.
  bool is_hub = false;
  PeerId hub_peer_id;
  std::string hub_mesh_namespace = kDefaultHubMeshNamespace;
  HubAdmission hub_admission = HubAdmission::kOpen;
  HubUnsigned hub_unsigned = HubUnsigned::kAllow;
  std::vector<AllowedHub> hub_allow;

  // Hubs to link to, ws:// or wss://. With none, a hub server that does not itself listen on the
  // default port dials ws://HOST:3000, or wss:// if it speaks TLS.
  std::vector<std::string> bootstrap_hubs;
  bool auto_connect = true;
  // A lost link is dialed again after 500 ms to this, at random.
  Duration reconnect_interval = kDefaultReconnectInterval;
  // After so many failures in a row only every 15 s; 0: never so slow.
  unsigned max_reconnect_attempts = kDefaultMaxReconnectAttempts;
  // What other hubs are told of this one. Without a URL here it is the one of StartSignaling.
  std::string advertise_url;
  std::string region;
  std::vector<std::string> capabilities = DefaultCapabilities();
  // Direct links to so many of the hubs that we hear of, the nearest by XOR.
  size_t hub_mesh_max_peers = kDefaultHubMeshMaxPeers;

  Limits limits;

  // In a namespace with more members than `full_introductions` a newcomer meets `discovery_limit`
  // of them. 0: everyone, always.
  size_t discovery_limit = kDefaultDiscoveryLimit;
  size_t full_introductions = 500;
  // What one peer may send, and what its announces, moves and leaves may cost: bytes times
  // receivers. Empty: the default, and no limit for peers at loopback addresses.
  std::optional<Rate> message_rate;
  std::optional<Rate> byte_rate;
  std::optional<Rate> announce_rate;
  std::optional<Rate> fanout_rate;
  // How many peers of one address may declare themselves hubs. Empty: as above.
  std::optional<Rate> hub_registration_rate;
  // Addresses of IPv6 that have so many bits in common count as one.
  unsigned ipv6_prefix = kDefaultIpv6Prefix;

  // Who may enter a namespace of which no policy says it.
  WhoMayEnter who = WhoMayEnter::kAnyone;
  std::vector<NamedPolicy> namespaces;

  // Whether a connection ends when the token of its peer does, after the leeway.
  TokenExpiry token_expiry = TokenExpiry::kKeep;
  Duration token_leeway = kDefaultTokenLeeway;

  Duration announce_timeout = std::chrono::seconds(30);
  // How long the holder of an id may stay silent before a newcomer with the same id replaces it.
  Duration probe_timeout = std::chrono::seconds(3);
  // How long a hub that no link leads to any more is thought to come back; its peers stay known.
  Duration link_grace = std::chrono::seconds(3);
  BusOptions bus;
  MeshPace mesh_pace;
  // How often tables that a crowd has left are given back.
  Duration cleanup_interval = kDefaultCleanupInterval;

  // Takes over those that are the core's.
  void Take(const RunningLimits& running) {
    limits.max_connections = running.max_connections;
    // Where rooms are small and spread over many hubs, nearly each peer is alone in its own here.
    limits.namespaces = std::max(Limits::kMostNamespaces, running.max_connections);
    discovery_limit = running.discovery_limit;
    message_rate = running.message_rate;
    byte_rate = running.byte_rate;
    announce_rate = running.announce_rate;
    fanout_rate = running.fanout_rate;
    hub_registration_rate = running.hub_registration_rate;
  }
};

}  // namespace pigeonhub
