// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "tests/bench/load/clock.h"
#include "tests/bench/load/server_meter.h"

namespace pigeonhub::bench {

// Adds up what server and generator use in the windows between Start and Stop.
class Stopwatch {
 public:
  // A busy server is read as it runs. A quiet one is read when it has settled, so that all the work
  // it was given falls into the window, and none from before; settling itself takes no window time.
  enum class Server { kBusy, kQuiet };

  Stopwatch(const ServerMeter& meter, Server server) : meter_(meter), server_(server) {}

  void Start() {
    server_cpu_ -= Read();
    generator_cpu_ -= OwnCpu();
    started_ = Clock::now();
  }

  void Stop() {
    wall_ += Clock::now() - started_;
    generator_cpu_ += OwnCpu();
    server_cpu_ += Read();
  }

  Nanoseconds wall() const { return wall_; }
  Nanoseconds server_cpu() const { return server_cpu_; }
  Nanoseconds generator_cpu() const { return generator_cpu_; }

 private:
  Nanoseconds Read() const {
    return server_ == Server::kQuiet ? meter_.SettledCpu() : meter_.Cpu();
  }

  const ServerMeter& meter_;
  Server server_;
  TimePoint started_{};
  Nanoseconds wall_{};
  Nanoseconds server_cpu_{};
  Nanoseconds generator_cpu_{};
};

}  // namespace pigeonhub::bench
