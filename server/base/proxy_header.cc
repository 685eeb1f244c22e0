// SPDX-License-Identifier: Apache-2.0

#include "server/base/proxy_header.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "server/base/address.h"

namespace pigeonhub {
namespace {

using Status = ProxyHeader::Status;

ProxyHeader Incomplete() { return {.status = Status::kIncomplete}; }
ProxyHeader Invalid() { return {.status = Status::kInvalid}; }

// ---- Version 1: "PROXY TCP4 192.0.2.1 203.0.113.1 56324 443\r\n". ------------------------------

constexpr std::string_view kVersion1 = "PROXY ";
constexpr size_t kLongestLine = 107;  // with its end

// Takes what is before the next space off the front, and the space.
std::string_view TakeWord(std::string_view& line) {
  const size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

// Of the version that `family` names.
std::optional<std::string> AddressOf(std::string_view family, std::string_view text) {
  if (IsIpv6(text) != (family == "TCP6")) return std::nullopt;
  return CanonicalAddress(text);
}

ProxyHeader ReadLine(std::string_view line, size_t size) {
  const std::string_view family = TakeWord(line);
  // What follows is to be ignored.
  if (family == "UNKNOWN") return {.status = Status::kComplete, .size = size};
  if (family != "TCP4" && family != "TCP6") return Invalid();
  const std::optional<std::string> client = AddressOf(family, TakeWord(line));
  const std::optional<std::string> proxy = AddressOf(family, TakeWord(line));
  const bool has_ports = ParsePort(TakeWord(line)).has_value() && ParsePort(line).has_value();
  if (!client.has_value() || !proxy.has_value() || !has_ports) return Invalid();
  return {.status = Status::kComplete, .size = size, .client = *client};
}

ProxyHeader ReadVersion1(std::string_view bytes) {
  const size_t end = bytes.substr(0, kLongestLine).find("\r\n");
  if (end == std::string_view::npos) return bytes.size() < kLongestLine ? Incomplete() : Invalid();
  return ReadLine(bytes.substr(kVersion1.size(), end - kVersion1.size()), end + 2);
}

// ---- Version 2: a signature, a command, a family, a length, addresses, then TLVs. ---------------

constexpr std::string_view kVersion2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr size_t kFixed = 16;

enum Command : uint8_t { kLocal = 0x20, kProxied = 0x21 };
enum Family : uint8_t { kUnspecified = 0x00, kTcp4 = 0x11, kTcp6 = 0x21, kUnix = 0x31 };

size_t TwoBytes(std::string_view bytes) {
  const auto byte = [&](size_t at) { return static_cast<size_t>(static_cast<uint8_t>(bytes[at])); };
  return byte(0) << 8 | byte(1);
}

// Type, length and value, again and again. What they say is for others; that they are whole shows
// that the addresses before them are what they seem.
bool AreTlvs(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() < 3) return false;
    const size_t size = 3 + TwoBytes(bytes.substr(1));
    if (size > bytes.size()) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

// `size` bytes of addresses: the client's, the proxy's, and their ports.
ProxyHeader ReadAddresses(std::string_view body, int family, size_t size, ProxyHeader header) {
  if (body.size() < size || !AreTlvs(body.substr(size))) return Invalid();
  char text[INET6_ADDRSTRLEN] = "";
  if (family != AF_UNIX) inet_ntop(family, body.data(), text, sizeof text);
  header.client = CanonicalAddress(text).value_or("");
  return header;
}

ProxyHeader ReadVersion2(std::string_view bytes) {
  if (bytes.size() < kFixed) return Incomplete();
  const auto command = static_cast<uint8_t>(bytes[12]);
  const size_t size = kFixed + TwoBytes(bytes.substr(14));
  if ((command != kLocal && command != kProxied) || size > kLongestProxyHeader) return Invalid();
  if (bytes.size() < size) return Incomplete();
  const std::string_view body = bytes.substr(kFixed, size - kFixed);
  ProxyHeader header{.status = Status::kComplete, .size = size, .is_local = command == kLocal};
  // The rest says nothing then.
  if (header.is_local) return header;
  switch (static_cast<uint8_t>(bytes[13])) {
    case kUnspecified:
      return header;
    case kTcp4:
      return ReadAddresses(body, AF_INET, 12, header);
    case kTcp6:
      return ReadAddresses(body, AF_INET6, 36, header);
    case kUnix:
      return ReadAddresses(body, AF_UNIX, 216, header);
    default:
      return Invalid();
  }
}

// Whether `bytes` begin as `text` does, as far as both go.
bool BeginsAs(std::string_view text, std::string_view bytes) {
  const size_t size = std::min(text.size(), bytes.size());
  return text.substr(0, size) == bytes.substr(0, size);
}

}  // namespace

ProxyHeader ReadProxyHeader(std::string_view bytes) {
  if (BeginsAs(kVersion1, bytes)) {
    return bytes.size() < kVersion1.size() ? Incomplete() : ReadVersion1(bytes);
  }
  return BeginsAs(kVersion2, bytes) ? ReadVersion2(bytes) : Invalid();
}

}  // namespace pigeonhub
