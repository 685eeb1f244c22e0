// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/clock.h"

namespace pigeonhub::bench {

// What the servers under test use together, read from /proc. Without a process id everything is
// zero.
class ServerMeter {
 public:
  explicit ServerMeter(const std::vector<pid_t>& processes);

  bool attached() const { return !directories_.empty(); }

  // Time their threads have run, in user mode and in the kernel. From the scheduler's own accounts,
  // to the nanosecond for a thread that sleeps and to the tick for one that runs; to 10 ms from
  // /proc/PID/stat where a kernel has no such accounts.
  Nanoseconds Cpu() const;

  // The same, after waiting (a second at most) until they have nothing more to do.
  Nanoseconds SettledCpu() const;

  // Resident memory in bytes, and the most that it has been.
  int64_t ResidentBytes() const { return Memory("VmRSS:"); }
  int64_t PeakResidentBytes() const { return Memory("VmHWM:"); }

 private:
  // Adds up a line of /proc/PID/status.
  int64_t Memory(std::string_view line) const;

  std::vector<std::string> directories_;  // in /proc
};

// Time this process has run.
Nanoseconds OwnCpu();

}  // namespace pigeonhub::bench
