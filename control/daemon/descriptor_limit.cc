// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/descriptor_limit.h"

#include <sys/resource.h>

namespace pigeonhub {

uint64_t RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

}  // namespace pigeonhub
