// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/descriptor.h"
#include "server/net/listen/bound_address.h"
#include "server/net/listen/descriptors_left.h"
#include "server/net/reactor/reactor.h"
#include "server/runtime/log.h"

namespace pigeonhub::net {

// Accepts connections, on the thread of one reactor. It binds exclusively: SO_REUSEPORT would let a
// second hub take half of the connections, and nobody would notice.
//
// If the process has no descriptor left, the listener gives up a spare one to accept the waiting
// connections and turn them away. Then it waits a moment. So no caller hangs, and the thread does
// not spin. While few descriptors are left it accepts newcomers one by one.
class Listener {
 public:
  // Called on the reactor's thread.
  class Sink {
   public:
    virtual ~Sink() = default;
    // `descriptor` is a connected, non-blocking socket without Nagle's delay. `address` is the
    // address of the peer in numbers, without port. `left` says what the descriptor may be used
    // for.
    virtual void OnAccepted(Descriptor descriptor, std::string address, DescriptorsLeft left) = 0;
    virtual void OnTurnedAway() = 0;
  };

  Listener(Reactor& reactor, Log& log, Sink& sink);
  ~Listener();

  // See DataPlane::Listen.
  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port,
                                                   uint16_t further_ports);
  // When it returns, nothing is accepted any more. Does nothing if the listener does not listen.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
