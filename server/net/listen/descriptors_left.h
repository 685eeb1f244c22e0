// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace pigeonhub::net {

// What the file descriptors that are left may be used for. The last quarter of the process's limit,
// at most 64 of them, is kept from peers: when peers have taken all others, probes, metrics and
// control calls are still answered.
enum class DescriptorsLeft {
  kForAnybody,
  kForHttp,        // half of what is kept: the peers' port answers HTTP, and lets no peer in
  kForMonitoring,  // a quarter: the peers' port takes nobody, the monitoring port answers
  kForCalls,       // the last quarter: control calls, files, links that this hub dials
};

// `newest` is a descriptor that was just opened, `limit` how many the process may have. The system
// always gives the lowest free number, so that the number tells how many are in use.
DescriptorsLeft LeftAfter(int newest, uint64_t limit);

// The same by the limit that is in force now (RLIMIT_NOFILE).
DescriptorsLeft LeftAfter(int newest);

}  // namespace pigeonhub::net
