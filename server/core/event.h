// SPDX-License-Identifier: Apache-2.0
//
// What happened, for whoever watches: listeners of an embedding program and, later, the control
// API. The names are the seed's (hubRegistered is HubRegistered).
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "server/core/ids.h"
#include "server/core/message.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

struct Started {
  std::string host;
  uint16_t port = 0;
};
struct Stopped {};

struct PeerConnected {
  PeerId peer;
  std::string address;  // the remote address, without port
  size_t total_connections = 0;
};
struct PeerDisconnected {
  PeerId peer;
  Reason reason = Reason::kPeerClosed;
  uint16_t code = 0;  // the close code seen or sent; 1006 where there was none
  size_t total_connections = 0;
};
struct PeerAnnounced {
  PeerId peer;
  SharedText network;
  bool is_hub = false;
};
struct PeerGoodbye {
  PeerId peer;
};
// A client reported (cleanup, connection_established) that its pair is connected.
struct PairConnected {
  PeerId peer;
  PeerId other;
};

struct HubRegistered {
  PeerId peer;
  size_t total_hubs = 0;
};
struct HubUnregistered {
  PeerId peer;
  size_t total_hubs = 0;
};
// A peer announced as a hub and was not admitted; it stays an ordinary peer.
struct HubRefused {
  PeerId peer;
  Reason reason = Reason::kHubNotAdmitted;
};

struct NamespaceCreated {
  SharedText network;
};
struct NamespaceRemoved {
  SharedText network;
};

// A limit was met; said at most once a second for each reason, `count` tells how often since.
struct LimitHit {
  Reason reason = Reason::kCount;
  uint64_t count = 0;
};

struct DrainStarted {
  Duration over{};
  size_t connections = 0;
};
struct DrainFinished {};

using EventBody =
    std::variant<Started, Stopped, PeerConnected, PeerDisconnected, PeerAnnounced, PeerGoodbye,
                 PairConnected, HubRegistered, HubUnregistered, HubRefused, NamespaceCreated,
                 NamespaceRemoved, LimitHit, DrainStarted, DrainFinished>;

// Numbered without a hole by the core, from 1.
struct Event {
  uint64_t seq = 0;
  UnixMillis unix_ms = 0;
  EventBody body;
};

}  // namespace pigeonhub
