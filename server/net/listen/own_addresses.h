// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "server/net/listen/bound_address.h"

namespace pigeonhub::net {

// The addresses at which connections to `bound` arrive, in numbers. Where that is any address of
// this machine, they are those of its interfaces that are up.
std::vector<std::string> OwnAddresses(const std::vector<BoundAddress>& bound);

}  // namespace pigeonhub::net
