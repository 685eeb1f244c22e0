// SPDX-License-Identifier: Apache-2.0

#include "server/base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);  // ::ffff:0:0/96
constexpr std::string_view kLoopbackV6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);

std::string_view WithoutBrackets(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

// The bytes of an address in numbers, 4 or 16 of them; none for a name.
std::string BytesOf(std::string_view host) {
  host = WithoutBrackets(host);
  if (host.find('\0') != std::string_view::npos) return {};
  in6_addr v6;
  if (inet_pton(AF_INET6, std::string(host.substr(0, host.find('%'))).c_str(), &v6) == 1) {
    const std::string_view bytes(reinterpret_cast<const char*>(&v6), sizeof v6);
    return std::string(bytes.starts_with(kMapped) ? bytes.substr(kMapped.size()) : bytes);
  }
  // inet_aton takes any words behind an address, too.
  if (host.find_first_not_of("0123456789abcdefABCDEFxX.") != std::string_view::npos) return {};
  in_addr v4;
  if (inet_aton(std::string(host).c_str(), &v4) == 0) return {};
  return std::string(reinterpret_cast<const char*>(&v4), sizeof v4);
}

bool IsLoopbackBytes(std::string_view bytes) {
  return bytes.size() == 4 ? bytes[0] == 127 : bytes == kLoopbackV6;
}

bool IsLinkLocalBytes(std::string_view bytes) {
  if (bytes.size() == 4) return bytes.starts_with("\xA9\xFE");
  return bytes.starts_with('\xFE') && (static_cast<unsigned char>(bytes[1]) & 0xC0) == 0x80;
}

bool IsZero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

}  // namespace

bool IsLoopback(std::string_view host) {
  const std::string bytes = BytesOf(host);
  return bytes.empty() ? EqualsIgnoringCase(host, "localhost") : IsLoopbackBytes(bytes);
}

bool IsUnspecified(std::string_view host) {
  const std::string bytes = BytesOf(host);
  return !bytes.empty() && IsZero(bytes);
}

bool LeadsOutside(std::string_view host) {
  const std::string bytes = BytesOf(host);
  if (bytes.empty()) return !IsLoopback(host);
  const bool this_network = bytes.size() == 4 ? bytes[0] == 0 : IsZero(bytes);
  return !this_network && !IsLoopbackBytes(bytes) && !IsLinkLocalBytes(bytes);
}

bool IsIpv6(std::string_view host) {
  in6_addr v6;
  const std::string address(host.substr(0, host.find('%')));
  return host.find('\0') == std::string_view::npos &&
         inet_pton(AF_INET6, address.c_str(), &v6) == 1;
}

std::string JoinHostAndPort(std::string_view host, uint16_t port) {
  std::string text(host);
  if (text.find(':') != std::string::npos) text.insert(0, 1, '[').append(1, ']');
  return text.append(1, ':').append(std::to_string(port));
}

std::optional<HostAndPort> SplitHostAndPort(std::string_view text) {
  HostAndPort parts;
  std::string_view rest;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    parts.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const size_t colon = std::min(text.find(':'), text.size());
    parts.host = text.substr(0, colon);
    rest = text.substr(colon);
  }
  if (rest.empty()) return parts;
  if (!rest.starts_with(':') || rest.find(':', 1) != std::string_view::npos) return std::nullopt;
  parts.port = rest.substr(1);
  return parts;
}

std::optional<uint16_t> ParsePort(std::string_view text) {
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

}  // namespace pigeonhub
