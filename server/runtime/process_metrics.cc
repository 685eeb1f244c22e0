// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <limits>
#include <optional>
#include <string>

#include "server/base/process_descriptors.h"
#include "server/base/process_memory.h"

namespace pigeonhub {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Seconds since the epoch; 0 where /proc does not tell.
double StartTime() {
  std::ifstream stat("/proc/self/stat");
  std::string skipped;
  // The second field is the program's name in parentheses and may hold anything but its last one.
  std::getline(stat, skipped, ')');
  for (int field = 3; field < 22; ++field) stat >> skipped;
  double ticks = 0;
  stat >> ticks;
  double boot = 0;
  std::ifstream system("/proc/stat");
  for (std::string word; system >> word;) {
    if (word == "btime") system >> boot;
  }
  if (!stat || boot == 0) return 0;
  return boot + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void AddMemory(Exposition& out) {
  const ProcessMemory memory = ReadProcessMemory();
  if (memory.virtual_size == 0) return;
  out.Gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
            static_cast<double>(memory.resident));
  out.Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.",
            static_cast<double>(memory.virtual_size));
}

void AddDescriptors(Exposition& out) {
  const std::optional<ProcessDescriptors> descriptors = ReadProcessDescriptors();
  if (!descriptors.has_value()) return;
  out.Gauge("process_open_fds", "Number of open file descriptors.",
            static_cast<double>(descriptors->open));
  out.Gauge("process_max_fds", "Maximum number of open file descriptors.",
            descriptors->limit == 0 ? std::numeric_limits<double>::infinity()
                                    : static_cast<double>(descriptors->limit));
}

}  // namespace

void AddProcessMetrics(Exposition& out) {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    out.Counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.",
                Seconds(usage.ru_utime) + Seconds(usage.ru_stime));
  }
  AddMemory(out);
  AddDescriptors(out);
  static const double started = StartTime();
  if (started > 0) {
    out.Gauge("process_start_time_seconds",
              "Start time of the process since unix epoch in seconds.", started);
  }
}

}  // namespace pigeonhub
