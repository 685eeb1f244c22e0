// SPDX-License-Identifier: Apache-2.0

#include "server/base/process_descriptors.h"

#include <sys/resource.h>

#include <filesystem>
#include <system_error>

namespace pigeonhub {

std::optional<ProcessDescriptors> ReadProcessDescriptors() {
  std::error_code error;
  ProcessDescriptors descriptors;
  for (auto at = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    ++descriptors.open;
  }
  rlimit limit{};
  if (error || getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  if (limit.rlim_cur != RLIM_INFINITY) descriptors.limit = limit.rlim_cur;
  return descriptors;
}

}  // namespace pigeonhub
