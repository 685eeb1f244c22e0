// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pigeonhub::cli {

// Where a TURN server is (RFC 7065), as a browser is told it. A value.
struct TurnUri {
  enum class Transport { kUdp, kTcp, kTls };

  std::string host;  // an IPv6 address without its brackets
  uint16_t port = 0;
  Transport transport = Transport::kUdp;

  // "turn:HOST[:PORT][?transport=udp|tcp]", or "turns:", which is TLS. INVALID_ARGUMENT, one line,
  // for anything else.
  static absl::StatusOr<TurnUri> Parse(std::string_view text);
};

}  // namespace pigeonhub::cli
