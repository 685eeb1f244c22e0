// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/descriptor_limit.h"

#include <sys/resource.h>

namespace pigeonhub {
namespace {

// The descriptors that peers do not get: those of the log, the loops and the listeners, and those
// that are kept for probes and calls.
constexpr uint64_t kOwnDescriptors = 128;

}  // namespace

uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

void CheckDescriptors(size_t max_connections, Log& log) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
      limit.rlim_cur >= max_connections + kOwnDescriptors) {
    return;
  }
  log.Warn("the limit of open files (ulimit -n) is too low for --max-connections",
           {{"open_files", static_cast<uint64_t>(limit.rlim_cur)},
            {"max_connections", static_cast<uint64_t>(max_connections)}});
}

}  // namespace pigeonhub
