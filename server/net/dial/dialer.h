// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "server/core/ids.h"
#include "server/core/time.h"
#include "server/net/dial/hub_address.h"
#include "server/net/reactor/reactor.h"

namespace pigeonhub::net {

// Opens TCP connections to other hubs: looks the name up and tries its addresses side by side. What
// is spoken on them is not its business.
//
// Lives on one reactor's thread.
class Dialer {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    // A connected, non-blocking socket, to be owned from here on.
    virtual void OnReached(UplinkId uplink, int descriptor) = 0;
    virtual void OnUnreachable(UplinkId uplink, const std::string& why) = 0;
  };

  // `name_servers` are asked instead of the system's ("127.0.0.1:5353"); for tests.
  Dialer(Reactor& reactor, Sink& sink, std::string name_servers = {});
  ~Dialer();

  // Answers once, later and never within the call, at most `limit` from now; unless it is given up
  // or started anew before. With `outside_only` addresses of this machine and link-local ones are
  // passed over; the name may mean them all the same.
  void Connect(UplinkId uplink, const HubAddress& address, Duration limit, bool outside_only);
  // Nothing happens if it has been answered.
  void GiveUp(UplinkId uplink);
  void GiveUpAll();

 private:
  class Attempt;
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
