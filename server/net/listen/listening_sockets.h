// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/descriptor.h"
#include "server/net/listen/bound_address.h"
#include "server/runtime/log.h"

namespace pigeonhub::net {

// A bound, listening, non-blocking socket.
struct ListeningSocket {
  Descriptor descriptor;
  BoundAddress address;
};

// Binds exclusively (see Listener). Arguments and errors as of DataPlane::Listen.
absl::StatusOr<std::vector<ListeningSocket>> OpenListeningSockets(const std::string& host,
                                                                  uint16_t port,
                                                                  uint16_t further_ports, Log& log);

// An IPv4 or IPv6 address in numbers, without port. An IPv4 address that came on an IPv6 socket is
// written in the notation of IPv4.
std::string NumericAddress(const sockaddr_storage& address);

}  // namespace pigeonhub::net
