// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "tests/bench/load/clock.h"

namespace pigeonhub::bench {

// What the server under test uses, read from /proc. Without a process id everything is zero.
class ServerMeter {
 public:
  explicit ServerMeter(pid_t process);

  bool attached() const { return process_ > 0; }

  // Time its threads have run, in user mode and in the kernel. From the scheduler's own accounts,
  // to the nanosecond for a thread that sleeps and to the tick for one that runs; to 10 ms from
  // /proc/PID/stat where a kernel has no such accounts.
  Nanoseconds Cpu() const;

  // The same, after waiting (a second at most) until the server has nothing more to do.
  Nanoseconds SettledCpu() const;

  // Resident memory in bytes.
  int64_t ResidentBytes() const;

 private:
  Nanoseconds CpuOfThreads() const;
  Nanoseconds CpuInTicks() const;

  pid_t process_;
  std::string directory_;
};

// Time this process has run.
Nanoseconds OwnCpu();

}  // namespace pigeonhub::bench
