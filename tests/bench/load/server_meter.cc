// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/server_meter.h"

#include <dirent.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <limits>
#include <memory>
#include <sstream>
#include <thread>

namespace pigeonhub::bench {
namespace {

Nanoseconds CpuOfThreads(const std::string& directory) {
  const std::string threads = directory + "/task/";
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(opendir(threads.c_str()), closedir);
  int64_t total = 0;
  while (const dirent* thread = listing ? readdir(listing.get()) : nullptr) {
    if (thread->d_name[0] == '.') continue;
    int64_t run = 0;
    std::ifstream(threads + thread->d_name + "/schedstat") >> run;
    total += run;
  }
  return Nanoseconds(total);
}

Nanoseconds CpuInTicks(const std::string& directory) {
  std::string line;
  std::getline(std::ifstream(directory + "/stat"), line);
  // The name in parentheses may hold spaces; user and system time are fields 14 and 15.
  const size_t after_name = line.rfind(')');
  if (after_name == std::string::npos) return Nanoseconds(0);
  std::istringstream fields(line.substr(after_name + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  int64_t user = 0;
  int64_t system = 0;
  fields >> user >> system;
  return Nanoseconds((user + system) * (1'000'000'000 / sysconf(_SC_CLK_TCK)));
}

}  // namespace

ServerMeter::ServerMeter(const std::vector<pid_t>& processes) {
  for (const pid_t process : processes) {
    directories_.push_back("/proc/" + std::to_string(process));
  }
}

Nanoseconds ServerMeter::Cpu() const {
  Nanoseconds total(0);
  for (const std::string& directory : directories_) {
    const Nanoseconds cpu = CpuOfThreads(directory);
    total += cpu.count() > 0 ? cpu : CpuInTicks(directory);
  }
  return total;
}

Nanoseconds ServerMeter::SettledCpu() const {
  if (!attached()) return Nanoseconds(0);
  constexpr auto kLook = std::chrono::milliseconds(5);
  constexpr auto kStill = std::chrono::microseconds(100);  // timers of a runtime go on for ever
  const TimePoint deadline = Clock::now() + std::chrono::seconds(1);
  Nanoseconds before = Cpu();
  while (Clock::now() < deadline) {
    std::this_thread::sleep_for(kLook);
    const Nanoseconds now = Cpu();
    if (now - before < kStill) return now;
    before = now;
  }
  return before;
}

int64_t ServerMeter::Memory(std::string_view line) const {
  int64_t total = 0;
  for (const std::string& directory : directories_) {
    std::ifstream status(directory + "/status");
    std::string key;
    while (status >> key && key != line) {
      status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    }
    int64_t kibibytes = 0;
    status >> kibibytes;
    total += kibibytes * 1024;
  }
  return total;
}

Nanoseconds OwnCpu() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + Nanoseconds(time.tv_nsec);
}

}  // namespace pigeonhub::bench
