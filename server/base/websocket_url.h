// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pigeonhub {

// A ws:// or wss:// URL in parts. A value.
struct WebSocketUrl {
  bool secure = false;       // wss://
  std::string host;          // in lower case; an IPv6 address without its brackets
  uint16_t port = 0;         // 80 or 443 where the URL has none
  std::string target = "/";  // path and query as they stood in the URL

  // INVALID_ARGUMENT, one line with the masked URL, for anything else. A URL that is taken can
  // stand in the head of a request: it has no blanks, controls or characters beyond ASCII. It has
  // no user name and no fragment (RFC 6455, section 3).
  static absl::StatusOr<WebSocketUrl> Parse(std::string_view url);

  // As the Host header has it: without the port of the scheme.
  std::string authority() const;

  // The one spelling of all URLs that have these parts: "ws://hub.example:3000" for
  // "WS://Hub.Example:3000/".
  std::string text() const;

  // With `name=value` added to the query; both are taken as they are.
  WebSocketUrl WithParameter(std::string_view name, std::string_view value) const;

  friend bool operator==(const WebSocketUrl&, const WebSocketUrl&) = default;
};

// text() of a URL; what is no WebSocket URL comes back as it is.
std::string NormalUrl(std::string_view url);

}  // namespace pigeonhub
