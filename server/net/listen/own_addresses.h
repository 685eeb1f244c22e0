// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/base/descriptor.h"
#include "server/net/listen/bound_address.h"

namespace pigeonhub::net {

// The addresses at which connections to `bound` arrive, in numbers. Where that is any address of
// this machine, they are those of its interfaces that are up.
std::vector<std::string> OwnAddresses(const std::vector<BoundAddress>& bound);

// Whether the other end of `connection`, a TCP socket, is on this machine. `address` is its address
// in numbers.
bool IsFromThisMachine(const Descriptor& connection, std::string_view address);

}  // namespace pigeonhub::net
