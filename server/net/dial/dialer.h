// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "server/base/address.h"
#include "server/base/descriptor.h"
#include "server/base/websocket_url.h"
#include "server/core/ids.h"
#include "server/core/time.h"
#include "server/net/reactor/reactor.h"

namespace pigeonhub::net {

// Opens TCP connections to other hubs: it looks the name up and tries its addresses side by side.
// It speaks nothing on them.
//
// Lives on one reactor's thread.
class Dialer {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    // `descriptor` is a connected, non-blocking socket.
    virtual void OnReached(DialTargetId dial_target, Descriptor descriptor) = 0;
    virtual void OnUnreachable(DialTargetId dial_target, const std::string& why) = 0;
  };

  // `name_servers` are asked instead of the system's ("127.0.0.1:5353"); for tests.
  Dialer(Reactor& reactor, Sink& sink, std::string name_servers = {});
  ~Dialer();

  // Calls the sink once, within `limit`, and never from within Connect. If the dial is given up or
  // started again before that, the sink is not called for it. The dialer passes over
  // addresses that are not within the blocks, to which any name may lead.
  void Connect(DialTargetId dial_target, const WebSocketUrl& address, Duration limit,
               AddressBlocks within);
  // Does nothing if the sink has been called.
  void GiveUp(DialTargetId dial_target);
  void GiveUpAll();

 private:
  class Attempt;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
