// SPDX-License-Identifier: Apache-2.0

#include "server/net/proxy/forwarded.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "server/base/address.h"
#include "server/base/text.h"
#include "server/net/http/message.h"

namespace pigeonhub::net {
namespace {

// Takes what is behind `comma` off the end of `list`, and the comma itself.
std::string_view TakeBehind(size_t comma, std::string_view& list) {
  const bool is_last = comma == std::string_view::npos;
  const std::string_view hop = list.substr(is_last ? 0 : comma + 1);
  list = list.substr(0, is_last ? 0 : comma);
  return Trimmed(hop);
}

// Whether the character at `at` has a backslash before it that means it.
bool IsEscaped(std::string_view text, size_t at) {
  size_t backslashes = 0;
  while (backslashes < at && text[at - backslashes - 1] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

// The last comma that is in no quoted string, seen from the right end.
size_t LastComma(std::string_view list) {
  bool quoted = false;
  for (size_t at = list.size(); at-- > 0;) {
    if (list[at] == '"' && !(quoted && IsEscaped(list, at))) quoted = !quoted;
    if (list[at] == ',' && !quoted) return at;
  }
  return std::string_view::npos;
}

// Takes a token or a quoted string (RFC 9110 5.6.4) off the front of `text`. Empty if neither
// stands there.
std::optional<std::string> TakeValue(std::string_view& text) {
  std::string value;
  if (!text.starts_with('"')) {
    const size_t end = std::min(text.find_first_of("; \t"), text.size());
    value = text.substr(0, end);
    text.remove_prefix(end);
    if (!IsToken(value)) return std::nullopt;
    return value;
  }
  for (size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') {
      text.remove_prefix(at + 1);
      return value;
    }
    if (text[at] == '\\' && ++at == text.size()) break;
    value += text[at];
  }
  return std::nullopt;
}

bool IsNodePort(std::string_view port) {
  const auto all = [](std::string_view text, auto is) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is);
  };
  if (port.starts_with('_')) {
    return all(port.substr(1), [](unsigned char c) {
      return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
    });
  }
  return port.size() <= 5 && all(port, [](unsigned char c) { return absl::ascii_isdigit(c); });
}

// The address of "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]" and "[2001:db8::1]:80".
std::optional<std::string> AddressOfNode(std::string_view node) {
  const std::optional<HostAndPort> parts = SplitHostAndPort(node);
  if (!parts.has_value()) return std::nullopt;
  if (parts->port.has_value() && !IsNodePort(*parts->port)) return std::nullopt;
  if (IsIpv6(parts->host) != node.starts_with('[')) return std::nullopt;
  return CanonicalAddress(parts->host);
}

// The parameter `for` of one element of Forwarded, such as `for="[2001:db8::1]:80";proto=https`.
std::optional<std::string> ForOf(std::string_view element) {
  std::optional<std::string> node;
  while (true) {
    element = Trimmed(element);
    if (element.empty()) return node;
    if (element.starts_with(';')) {
      element.remove_prefix(1);
      continue;
    }
    const size_t equals = std::min(element.find('='), element.size());
    const std::string_view name = element.substr(0, equals);
    if (!IsToken(name) || equals == element.size()) return std::nullopt;
    element.remove_prefix(equals + 1);
    std::optional<std::string> value = TakeValue(element);
    element = Trimmed(element);
    const bool ends = element.empty() || element.starts_with(';');
    if (!value.has_value() || !ends) return std::nullopt;
    if (!EqualsIgnoringCase(name, "for")) continue;
    if (node.has_value()) return std::nullopt;
    node = std::move(value);
  }
}

}  // namespace

std::optional<std::string> TakeHopOfForwarded(std::string_view& list) {
  const std::optional<std::string> node = ForOf(TakeBehind(LastComma(list), list));
  return node.has_value() ? AddressOfNode(*node) : std::nullopt;
}

std::optional<std::string> TakeHopOfXForwardedFor(std::string_view& list) {
  const std::string_view hop = TakeBehind(list.rfind(','), list);
  // There is no standard: IPv6 mostly comes without brackets, and some proxies add a port.
  if (std::optional<std::string> address = CanonicalAddress(hop)) return address;
  return AddressOfNode(hop);
}

}  // namespace pigeonhub::net
