// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pigeonhub::cli {

// A WebSocket URL in parts.
struct WebSocketUrl {
  bool tls = false;
  std::string host;    // without the brackets of an IPv6 address
  std::string port;    // 80 or 443 where none was given
  std::string target;  // path and query, at least "/"

  friend bool operator==(const WebSocketUrl&, const WebSocketUrl&) = default;

  // As the Host header has it.
  std::string authority() const;
  // With `name=value` added to the query; both are taken as they are.
  WebSocketUrl WithParameter(std::string_view name, std::string_view value) const;
};

// INVALID_ARGUMENT for anything but ws://… and wss://….
absl::StatusOr<WebSocketUrl> ParseWebSocketUrl(std::string_view text);

}  // namespace pigeonhub::cli
