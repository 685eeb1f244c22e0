// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "server/wire/http.h"

namespace pigeonhub::net {

// Resident bytes of this process; 0 if the system does not tell.
uint64_t ResidentBytes();

// What /health reports. The heap figures are glibc's.
wire::MemoryUse ReadMemoryUse();

}  // namespace pigeonhub::net
