// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub::bus {

// A real nats-server on this machine, with a configuration of the test's own.
class Broker {
 public:
  // `settings` are lines of its configuration file. Running when this returns.
  explicit Broker(std::string settings = "");

  uint16_t port() const { return port_; }
  std::string url(const std::string& scheme = "nats", const std::string& host = "127.0.0.1") const {
    return scheme + "://" + host + ":" + std::to_string(port_);
  }

  // As kill -9 does it.
  void Kill();
  // Again, on the port that it had.
  void Start();
  void Start(const std::string& settings);
  // It stands still until it goes on: sockets stay open, and nothing is read.
  void StandStill() { server_->Signal(SIGSTOP); }
  void GoOn() { server_->Signal(SIGCONT); }

 private:
  std::string settings_;
  TemporaryFolder folder_;
  uint16_t port_ = 0;
  std::optional<Process> server_;
};

}  // namespace pigeonhub::bus
