// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/url.h"

#include <algorithm>
#include <charconv>

#include "absl/status/status.h"
#include "server/base/masked_url.h"

namespace pigeonhub::cli {
namespace {

bool IsPort(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

}  // namespace

std::string WebSocketUrl::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : '[' + host + ']';
  return port == (tls ? "443" : "80") ? name : name + ':' + port;
}

WebSocketUrl WebSocketUrl::WithParameter(std::string_view name, std::string_view value) const {
  WebSocketUrl url = *this;
  url.target += url.target.find('?') == std::string::npos ? '?' : '&';
  url.target.append(name).append(1, '=').append(value);
  return url;
}

absl::StatusOr<WebSocketUrl> ParseWebSocketUrl(std::string_view text) {
  const auto wrong = [whole = MaskedUrl(text)](std::string_view why) {
    return absl::InvalidArgumentError(whole + ' ' + std::string(why) +
                                      "; write ws://host:port or wss://host");
  };
  WebSocketUrl url;
  if (text.starts_with("ws://")) {
    text.remove_prefix(5);
  } else if (text.starts_with("wss://")) {
    text.remove_prefix(6);
    url.tls = true;
  } else {
    return wrong("is no WebSocket URL");
  }
  text = text.substr(0, text.find('#'));
  const size_t authority_size = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, authority_size);
  const std::string_view target = text.substr(authority_size);
  const bool fit =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (!fit) return wrong("has characters that must be percent-encoded");
  if (authority.find('@') != std::string_view::npos) return wrong("has a user name");

  std::string_view port = url.tls ? "443" : "80";
  size_t colon = authority.rfind(':');
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return wrong("has no closing bracket");
    colon = authority.find(':', end);
    url.host = authority.substr(1, end - 1);
  } else {
    url.host = authority.substr(0, colon);
  }
  if (colon != std::string_view::npos) port = authority.substr(colon + 1);
  if (url.host.empty()) return wrong("names no host");
  if (!IsPort(port)) return wrong("has no port between 1 and 65535");
  url.port = port;
  url.target = target.starts_with('/') ? std::string(target) : '/' + std::string(target);
  return url;
}

}  // namespace pigeonhub::cli
