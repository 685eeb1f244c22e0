// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/net/listen/bound_address.h"
#include "server/runtime/log.h"

namespace pigeonhub::net {

// A bound, listening, non-blocking descriptor; whoever gets it closes it.
struct ListeningSocket {
  int descriptor = -1;
  BoundAddress address;
};

// Binds exclusively: SO_REUSEPORT would let a second hub take half of the connections without a
// word. Arguments and errors as of DataPlane::Listen.
absl::StatusOr<std::vector<ListeningSocket>> OpenListeningSockets(const std::string& host,
                                                                  uint16_t port,
                                                                  uint16_t further_ports, Log& log);

// An IPv4 or IPv6 address in numbers, without port; one that came as IPv4 on an IPv6 socket in
// IPv4's own notation.
std::string NumericAddress(const sockaddr_storage& address);

}  // namespace pigeonhub::net
