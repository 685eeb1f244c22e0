// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/net/listen/bound_address.h"
#include "server/net/reactor/reactor.h"
#include "server/runtime/log.h"

namespace pigeonhub::net {

// The one acceptor of the hub, on the thread of one reactor. It binds exclusively: SO_REUSEPORT
// would let a second hub take half of the connections without a word.
//
// When the process has no descriptor left it gives up a spare one to accept whoever waits and turn
// them away, then waits a moment; so nobody hangs and no core is burnt. While few are left it takes
// newcomers one by one.
class Listener {
 public:
  // Called on the reactor's thread.
  class Sink {
   public:
    virtual ~Sink() = default;
    // Owns the descriptor now: connected, non-blocking, without Nagle's delay. `address` is the
    // peer's in numbers, without port.
    virtual void OnAccepted(int descriptor, std::string address) = 0;
    virtual void OnTurnedAway() = 0;
  };

  Listener(Reactor& reactor, Log& log, Sink& sink);
  ~Listener();

  // See DataPlane::Listen.
  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port,
                                                   uint16_t further_ports);
  // Nothing is accepted any more when it returns. Harmless when nothing was.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
