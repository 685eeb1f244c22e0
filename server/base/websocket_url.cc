// SPDX-License-Identifier: Apache-2.0

#include "server/base/websocket_url.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "server/base/address.h"
#include "server/base/masked_url.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;

// Takes "scheme://" off the front of `url`, in any case.
bool TakeWebSocketScheme(std::string_view scheme, std::string_view& url) {
  if (!EqualsIgnoringCase(url.substr(0, scheme.size()), scheme)) return false;
  url.remove_prefix(scheme.size());
  return true;
}

uint16_t UsualPort(bool secure) { return secure ? kHttpsPort : kHttpPort; }

}  // namespace

absl::StatusOr<WebSocketUrl> WebSocketUrl::Parse(std::string_view url) {
  const auto wrong = [whole = MaskedUrl(url)](std::string_view why) {
    return absl::InvalidArgumentError(whole + ' ' + std::string(why) +
                                      "; write ws://host:port or wss://host");
  };
  WebSocketUrl parsed;
  std::string_view rest = url;
  parsed.secure = TakeWebSocketScheme("wss://", rest);
  if (!parsed.secure && !TakeWebSocketScheme("ws://", rest)) return wrong("is no WebSocket URL");
  const bool fit =
      std::all_of(rest.begin(), rest.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
  if (!fit) return wrong("has characters that must be percent-encoded");
  if (rest.find('#') != std::string_view::npos)
    return wrong("has a fragment, which no hub is sent");

  const size_t end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  if (authority.find('@') != std::string_view::npos) return wrong("has a user name");
  const std::optional<HostAndPort> parts = SplitHostAndPort(authority);
  if (!parts) return wrong("has a bracket or a colon too many or too few");
  if (parts->host.empty()) return wrong("names no host");
  if (authority.starts_with('[') && !IsIpv6(parts->host)) {
    return wrong("has no IPv6 address between its brackets");
  }
  parsed.host = absl::AsciiStrToLower({parts->host.data(), parts->host.size()});
  parsed.port = UsualPort(parsed.secure);
  if (const std::string_view digits = parts->port.value_or(""); !digits.empty()) {
    const std::optional<uint16_t> port = ParsePort(digits);
    if (!port || *port == 0) return wrong("has no port between 1 and 65535");
    parsed.port = *port;
  }
  parsed.target = rest.substr(end);
  if (!parsed.target.starts_with('/')) parsed.target.insert(0, 1, '/');
  return parsed;
}

std::string WebSocketUrl::authority() const {
  if (port != UsualPort(secure)) return JoinHostAndPort(host, port);
  return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

std::string WebSocketUrl::text() const {
  return (secure ? "wss://" : "ws://") + authority() + (target == "/" ? "" : target);
}

WebSocketUrl WebSocketUrl::WithParameter(std::string_view name, std::string_view value) const {
  WebSocketUrl url = *this;
  url.target += url.target.find('?') == std::string::npos ? '?' : '&';
  url.target.append(name).append(1, '=').append(value);
  return url;
}

std::string NormalUrl(std::string_view url) {
  const absl::StatusOr<WebSocketUrl> parsed = WebSocketUrl::Parse(url);
  return parsed.ok() ? parsed->text() : std::string(url);
}

}  // namespace pigeonhub
