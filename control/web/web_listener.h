// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pigeonhub/host_port.h"

namespace pigeonhub {

using Acceptors = std::vector<boost::asio::ip::tcp::acceptor>;

// Listens on every address of the host, with one port; 0 is a free one. All the acceptors have one
// strand. ALREADY_EXISTS if another program listens there, UNAVAILABLE if nobody can; one line.
absl::StatusOr<Acceptors> ListenOn(boost::asio::io_context& context, const HostPort& address);

// The port of all of them.
uint16_t PortOf(const Acceptors& acceptors);

}  // namespace pigeonhub
