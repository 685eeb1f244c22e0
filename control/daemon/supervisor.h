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

  // The hub serves peers. `status` is one line for people.
  void Ready(std::string_view status);

  // The hub stops, which takes at most this long. The supervisor waits for that, even if its own
  // limit is shorter.
  void Stopping(Duration at_most);

  // Starts a thread that calls `check` and then gives a sign of life, twice in each $WATCHDOG_USEC.
  // If `check` hangs the sign stays away, and the supervisor restarts the hub. Does nothing if no
  // supervisor watches.
  void StartWatchdog(std::function<void()> check);

 private:
  void Send(std::string_view message) const;

  std::string path_;                      // empty: there is no supervisor
  std::chrono::microseconds interval_{};  // 0: it does not watch
  Descriptor socket_;
  std::jthread watchdog_;  // last: it ends before what it uses
};

}  // namespace pigeonhub
