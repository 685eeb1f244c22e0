// SPDX-License-Identifier: Apache-2.0

#include "server/net/listen/descriptors_left.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace pigeonhub::net {
namespace {

constexpr uint64_t kMostKept = 64;

}  // namespace

DescriptorsLeft LeftAfter(int newest, uint64_t limit) {
  const uint64_t used = static_cast<uint64_t>(newest) + 1;
  const uint64_t left = limit - std::min(used, limit);
  const uint64_t kept = std::min(limit / 4, kMostKept);
  if (left >= kept) return DescriptorsLeft::kForAnybody;
  if (left >= kept / 2) return DescriptorsLeft::kForHttp;
  if (left >= kept / 4) return DescriptorsLeft::kForMonitoring;
  return DescriptorsLeft::kForCalls;
}

DescriptorsLeft LeftAfter(int newest) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return DescriptorsLeft::kForAnybody;
  return LeftAfter(newest, limit.rlim_cur);
}

int MoveDown(int newest) {
  int lowest = fcntl(newest, F_DUPFD_CLOEXEC, 0);
  if (lowest < 0) return newest;
  if (lowest > newest) std::swap(lowest, newest);  // another thread was faster
  close(newest);
  return lowest;
}

}  // namespace pigeonhub::net
