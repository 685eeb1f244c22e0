// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "server/base/descriptor.h"
#include "server/base/variables.h"
#include "server/core/time.h"

namespace pigeonhub {

// The program that started this process and wants to know its state, as systemd does with
// Type=notify. Messages are datagrams to the UNIX socket $NOTIFY_SOCKET (a path, or an abstract
// name after @), see sd_notify(3). Without that variable every call does nothing. A message that
// cannot be sent within a second is lost: a supervisor that does not read must hold up neither
// serving nor stopping.
class Supervisor {
 public:
  explicit Supervisor(const Variables& variables);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  // Peers are welcome. `status` is one line for people.
  void Ready(std::string_view status);

  // On the way out, which takes at most so long: the supervisor's own limit gives way to it.
  void Stopping(Duration at_most);

  // From now on gives a sign of life twice in each $WATCHDOG_USEC, on a thread of its own, each
  // after `check` returned: while that hangs there is none, and the supervisor restarts us. Does
  // nothing if nobody watches.
  void StartWatchdog(std::function<void()> check);

 private:
  void Send(std::string_view message) const;

  std::string path_;                      // empty: nobody listens
  std::chrono::microseconds interval_{};  // 0: nobody watches
  Descriptor socket_;
  std::jthread watchdog_;  // last: it ends before what it uses
};

}  // namespace pigeonhub
