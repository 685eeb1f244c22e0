// SPDX-License-Identifier: Apache-2.0

#include "server/net/listen/descriptors_left.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <limits>
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

uint64_t DescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<uint64_t>::max();
  return limit.rlim_cur;
}

DescriptorsLeft LeftAfter(const Descriptor& newest) {
  return LeftAfter(newest.get(), DescriptorLimit());
}

Descriptor MoveDown(Descriptor newest) {
  Descriptor lowest(fcntl(newest.get(), F_DUPFD_CLOEXEC, 0));
  // The copy has a higher number if no lower one was free, or another thread was faster.
  return lowest.is_open() && lowest.get() < newest.get() ? std::move(lowest) : std::move(newest);
}

}  // namespace pigeonhub::net
