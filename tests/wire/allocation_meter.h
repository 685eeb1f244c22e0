// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

namespace pigeonhub::wire {

// What this process has allocated with operator new and not given back, in bytes. Linking
// allocation_meter.cc replaces the operators of the whole test program.
size_t AllocatedBytes();

// The most that was ever allocated at one time since the last ResetPeak.
size_t PeakAllocatedBytes();
void ResetPeakAllocatedBytes();

}  // namespace pigeonhub::wire
