// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <mutex>

#include "control/daemon/terminal.h"
#include "control/pages/live_lines.h"
#include "pigeonhub/hub_server.h"

namespace pigeonhub {

// Shows a developer what happens at the hub, line by line.
class LivePrinter {
 public:
  // Before the hub starts. Both outlive this.
  LivePrinter(HubServer& hub, const Terminal& terminal);
  ~LivePrinter();
  LivePrinter(const LivePrinter&) = delete;
  LivePrinter& operator=(const LivePrinter&) = delete;

  // Asks the hub about the pairs that had time to connect. Called every second or so.
  void Look();

 private:
  HubServer& hub_;
  const Terminal& terminal_;
  std::mutex mutex_;
  LiveLines lines_;  // under mutex_
  HubServer::ListenerId listener_;
};

}  // namespace pigeonhub
