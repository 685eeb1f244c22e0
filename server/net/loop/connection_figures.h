// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>

#include "server/core/time.h"

namespace pigeonhub::net {

// How a connection is doing now. Nothing is known of one that is over.
struct ConnectionFigures {
  std::optional<uint64_t> queued{};  // bytes that wait to be sent to it
  // Of its TCP connection, as the kernel measures it: behind a proxy that is the way to the proxy.
  std::optional<Duration> round_trip{};
};

// What somebody wants to know of connections: to ask for the line costs a system call for each.
enum class FiguresWanted { kQueue, kQueueAndLine };

}  // namespace pigeonhub::net
