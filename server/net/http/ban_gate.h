// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/counters.h"
#include "server/net/http/message.h"
#include "server/net/http/upgrade_gate.h"
#include "server/net/http/upgrade_verdict.h"
#include "server/runtime/dispatcher.h"

namespace pigeonhub::net {

// Turns away whom a ban hits, before there is a WebSocket: only then do clients back off. The list
// is the core's, and is looked at under its lock: that takes as long as one signal, and a copy for
// the loops would have to be made anew for each of a hundred thousand bans. While there are no bans
// nobody asks for the lock.
//
// Thread-safe.
class BanGate {
 public:
  explicit BanGate(const Dispatcher& dispatcher);

  // `shown`: what the request showed so far.
  std::optional<HandshakeRefusal> Check(const HttpRequest& request,
                                        const UpgradeVerdict& shown) const;

 private:
  const Dispatcher& dispatcher_;
  const Counters& counters_;
};

}  // namespace pigeonhub::net
