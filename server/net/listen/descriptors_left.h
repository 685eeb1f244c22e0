// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "server/base/descriptor.h"

namespace pigeonhub::net {

// What the file descriptors that are left may be used for. The last quarter of the process's limit,
// at most 64 of them, is kept from peers: when peers have taken all others, probes, metrics and
// control calls are still answered.
enum class DescriptorsLeft {
  kForAnybody,
  kForHttp,        // half of what is kept: the peers' port answers HTTP, and lets no peer in
  kForMonitoring,  // a quarter: on the peers' port somebody else must make room, the monitoring
                   // port answers
  kForCalls,       // the last quarter: control calls, files, links that this hub dials
};

// `newest` is a descriptor that was just opened, `limit` how many the process may have. The system
// always gives the lowest free number, so that the number tells how many are in use.
DescriptorsLeft LeftAfter(int newest, uint64_t limit);

// How many descriptors the process may have (RLIMIT_NOFILE).
uint64_t DescriptorLimit();

// As above, with the limit that is in force now (RLIMIT_NOFILE).
DescriptorsLeft LeftAfter(const Descriptor& newest);

// Moves what was opened as `newest` to the lowest free number, where there is a lower one, and
// gives that. So LeftAfter is right again when another descriptor was closed to make room: without
// it the newest ones would creep up into what is kept for others.
Descriptor MoveDown(Descriptor newest);

}  // namespace pigeonhub::net
