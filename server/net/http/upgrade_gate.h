// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <optional>
#include <string_view>
#include <utility>

#include "pigeonhub/http.h"
#include "server/core/reason.h"
#include "server/core/time.h"
#include "server/net/http/allowed_origins.h"
#include "server/net/http/message.h"
#include "server/runtime/address_table.h"
#include "server/runtime/memory_budget.h"

namespace pigeonhub::net {

// An upgrade that gets an HTTP answer instead of a WebSocket, and why.
struct HandshakeRefusal {
  Reason reason = Reason::kBadHandshake;
  HttpResponse response;
};

// Turns somebody away who may come back in some seconds: HTTP 503.
HandshakeRefusal Later(Reason reason, std::string_view why);
// Turns away whose address showed too many tokens that failed, with the time to wait: HTTP 429.
HandshakeRefusal TooManyTokensFailed(Duration retry_after);

// Whether the client wants a WebSocket. It does if it asks for one; also if a proxy has dropped the
// header Upgrade, but the request still has a key or the peer id that every client names.
bool WantsWebSocket(const HttpRequest& request);

// Whether this is the handshake of RFC 6455 version 13: GET, HTTP/1.1, a key of 16 bytes in base64.
std::optional<HandshakeRefusal> CheckHandshake(const HttpRequest& request);

// Decides who may become a peer, before the core is asked. It refuses with an HTTP status and not
// with a close frame after the handshake, because clients back off only then: their retry delay
// starts anew with every WebSocket that opens. The status is 503 if the client may come back later.
// HubServerOptions::admit says which one the embedding program's refusals get.
//
// Thread-safe.
class UpgradeGate {
 public:
  // `budget` outlives the gate. `admit` is HubServerOptions::admit; if it is empty everybody is
  // admitted.
  explicit UpgradeGate(const MemoryBudget& budget, AdmitPeer admit = {},
                       AllowedOrigins origins = {})
      : budget_(budget), admit_(std::move(admit)), origins_(std::move(origins)) {}

  void Refuse(bool refuse) { refusing_.store(refuse, std::memory_order_relaxed); }

  // Comes first: what is asked, whether the hub has room, and for which page.
  // `short_of_descriptors`: the socket of this request took a descriptor that is kept from peers.
  std::optional<HandshakeRefusal> Check(const HttpRequest& request,
                                        bool short_of_descriptors) const;
  // Comes next. Counts a new connection of the address, unless that has too many already.
  static std::optional<HandshakeRefusal> CheckAddress(AddressLease& lease, SteadyTime now);
  // Comes last, if nothing else refuses. Asks the embedding program, on the calling thread.
  std::optional<HandshakeRefusal> Admit(const HttpRequest& request) const;

 private:
  const MemoryBudget& budget_;
  const AdmitPeer admit_;
  const AllowedOrigins origins_;
  std::atomic<bool> refusing_{false};
};

}  // namespace pigeonhub::net
