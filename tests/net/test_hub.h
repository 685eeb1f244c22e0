// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "server/auth/hub_keys.h"
#include "server/core/options.h"
#include "server/net/data_plane.h"
#include "server/runtime/clock.h"
#include "server/runtime/deadline_thread.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/event_log.h"
#include "server/runtime/log.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
class Hub;
}  // namespace pigeonhub

namespace pigeonhub::net {

// A whole hub on a free loopback port: the real core behind the real sockets.
class TestHub {
 public:
  explicit TestHub(DataPlaneOptions options = {}, HubOptions hub_options = {});
  ~TestHub();

  uint16_t port() const { return port_; }
  DataPlane& plane() { return plane_; }
  Dispatcher& dispatcher() { return dispatcher_; }
  auth::HubKeys& keys() { return hub_keys_; }
  uint64_t Count(Reason reason) const;
  uint64_t connections() const;
  bool WaitForConnections(uint64_t count);
  bool WaitForSockets(size_t count);

 private:
  SystemClock clock_;
  Log log_;
  const std::unique_ptr<Hub> hub_;
  EventLog events_;
  Dispatcher dispatcher_;
  // Without it what hubs gather before they say it would wait for the next input.
  DeadlineThread deadlines_;
  auth::HubKeys hub_keys_;
  DataPlane plane_;
  uint16_t port_ = 0;
};

// "a000..." with `number` at the end: a valid id, different for each number.
std::string PeerIdText(uint64_t number);

// A peer that has announced itself in `network`, or one that only connected if it is empty. Check
// connected().
RawClient Join(const TestHub& hub, const std::string& peer, const std::string& network = "",
               int receive_buffer = 0);

std::string OfferTo(const std::string& target, const std::string& network,
                    const std::string& sdp = "v=0");

}  // namespace pigeonhub::net
