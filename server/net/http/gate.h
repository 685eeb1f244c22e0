// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "server/core/reason.h"
#include "server/net/http/memory_use.h"
#include "server/net/http/message.h"

namespace pigeonhub::net {

// An upgrade that gets an HTTP answer instead of a WebSocket, and why.
struct HandshakeRefusal {
  Reason reason = Reason::kBadHandshake;
  HttpResponse response;
};

// Whether the client means to become a WebSocket: it asks for it, or what is left of the request
// says so where a proxy has dropped Upgrade (a key, or the peer id that every client names).
bool WantsWebSocket(const HttpRequest& request);

// Whether this is the handshake of RFC 6455 version 13: GET, HTTP/1.1, a key of 16 bytes in base64.
std::optional<HandshakeRefusal> CheckHandshake(const HttpRequest& request);

// Who is let in before the hub is asked. A refusal here is an HTTP 503 and not a close frame after
// the upgrade, because clients back off only then: their retry delay starts anew with every socket
// that opens.
//
// Thread-safe.
class Gate {
 public:
  // `memory_limit` in bytes of resident memory, 0: none.
  explicit Gate(uint64_t memory_limit) : memory_limit_(memory_limit) {}

  void Refuse(bool refuse) { refusing_.store(refuse, std::memory_order_relaxed); }
  // Looks at the memory in use; called once a second. True if it is short: from when it passes the
  // limit until it is a twentieth below.
  bool Sample() { return Sample(ResidentBytes()); }
  // `resident` bytes are in use.
  bool Sample(uint64_t resident);

  // `short_of_descriptors`: its socket took one that is kept from peers.
  std::optional<HandshakeRefusal> Check(const HttpRequest& request,
                                        bool short_of_descriptors) const;

 private:
  const uint64_t memory_limit_;
  std::atomic<bool> refusing_{false};
  std::atomic<bool> short_of_memory_{false};
};

}  // namespace pigeonhub::net
