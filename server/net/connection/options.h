// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>

#include "server/core/time.h"
#include "server/net/proxy/trusted_proxies.h"

namespace pigeonhub::net {

// What every connection of the hub is held to.
struct ConnectionOptions {
  size_t max_message_size = 1 << 20;  // bytes; a larger message closes with 1009

  // From the accepted TCP connection to the end of the handshake.
  Duration handshake_timeout = std::chrono::seconds(5);
  // From an HTTP answer to the next request.
  Duration http_idle_timeout = std::chrono::seconds(20);
  Duration ping_interval = std::chrono::seconds(25);
  Duration link_ping_interval = std::chrono::seconds(5);  // on links to other hubs
  // How long after a ping a peer may send nothing, if it takes nothing either.
  Duration pong_timeout = std::chrono::seconds(10);
  // From the first byte of a message to its last. A message may take longer while the line moves.
  Duration message_timeout = std::chrono::seconds(10);
  // The close handshake; then the connection is reset.
  Duration close_timeout = std::chrono::seconds(5);
  // A peer is a slow reader if more than this (plus one message) is queued for it, in bytes, or if
  // it has taken nothing for this long. Signals do not count: as much of them may wait besides, and
  // what comes then is dropped.
  size_t queue_limit = 1 << 20;
  size_t link_queue_limit = 8 << 20;  // the same for another hub
  Duration stall_timeout = std::chrono::seconds(10);
  // Whose word counts on the address of a client.
  TrustedProxies trusted_proxies{};
  // Whether connections of the port of the peers begin with a header of the PROXY protocol.
  bool proxy_protocol = false;
};

}  // namespace pigeonhub::net
