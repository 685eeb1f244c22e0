// SPDX-License-Identifier: Apache-2.0

#include "server/base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);        // ::ffff:0:0/96
constexpr std::string_view kTranslated("\0\x64\xFF\x9B\0\0\0\0\0\0\0\0", 12);  // 64:ff9b::/96
constexpr std::string_view kLoopbackV6("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16);

std::string_view WithoutBrackets(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

// 4 bytes for an IPv4 address that is mapped into IPv6, else 16.
std::string Unmapped(const in6_addr& address) {
  const std::string_view bytes(reinterpret_cast<const char*>(&address), sizeof address);
  return std::string(bytes.starts_with(kMapped) ? bytes.substr(kMapped.size()) : bytes);
}

// The bytes of an address in the spelling of RFC 4291 or as four decimal numbers, 4 or 16 of them;
// none for any other text.
std::string StrictBytesOf(std::string_view address) {
  if (address.find('\0') != std::string_view::npos) return {};
  const std::string text(address);
  in6_addr v6;
  if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) return Unmapped(v6);
  in_addr v4;
  if (inet_pton(AF_INET, text.c_str(), &v4) != 1) return {};
  return std::string(reinterpret_cast<const char*>(&v4), sizeof v4);
}

// The bytes of four decimal numbers, as most addresses are spelt; none for any other text. A zero
// before another digit would make a number octal to some.
std::string FourNumbers(std::string_view text) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!text.starts_with('.')) return {};
      text.remove_prefix(1);
    }
    uint8_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto digits = static_cast<size_t>(read.ptr - text.data());
    if (read.ec != std::errc() || (digits > 1 && text.front() == '0')) return {};
    bytes += static_cast<char>(number);
    text.remove_prefix(digits);
  }
  return text.empty() ? bytes : std::string();
}

// The bytes of an address in numbers, 4 or 16 of them; none for a name.
std::string BytesOf(std::string_view host) {
  host = WithoutBrackets(host);
  if (host.find('\0') != std::string_view::npos) return {};
  if (std::string four = FourNumbers(host); !four.empty()) return four;
  if (host.find(':') != std::string_view::npos) {
    in6_addr v6;
    const std::string address(host.substr(0, host.find('%')));
    return inet_pton(AF_INET6, address.c_str(), &v6) == 1 ? Unmapped(v6) : std::string();
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

bool IsZero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

// The first `bits` of the bytes of an address.
struct Prefix {
  std::string bytes;  // 4 or 16
  unsigned bits = 0;
};

std::optional<Prefix> ParsePrefix(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  Prefix prefix{StrictBytesOf(text.substr(0, slash))};
  const std::string_view digits = text.substr(slash + 1);
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, prefix.bits);
  if (prefix.bytes.empty() || error != std::errc() || end != last) return std::nullopt;
  if (prefix.bits > prefix.bytes.size() * 8) return std::nullopt;
  return prefix;
}

bool Covers(const Prefix& prefix, std::string_view address) {
  if (address.size() != prefix.bytes.size()) return false;
  const size_t whole = prefix.bits / 8;
  if (address.substr(0, whole) != std::string_view(prefix.bytes).substr(0, whole)) return false;
  const unsigned more = prefix.bits % 8;
  if (more == 0) return true;
  const auto byte = [&](std::string_view bytes) {
    return static_cast<unsigned char>(bytes[whole]);
  };
  return (byte(address) ^ byte(prefix.bytes)) >> (8 - more) == 0;
}

struct Block {
  std::string_view network;
  AddressBlock block;
};
// The first that an address is in counts.
constexpr Block kBlocks[] = {
    {"169.254.169.254/32", AddressBlock::kCloudMetadata},  // most clouds
    {"169.254.170.2/32", AddressBlock::kCloudMetadata},    // AWS, containers
    {"fd00:ec2::254/128", AddressBlock::kCloudMetadata},   // AWS
    {"fd20:ce::254/128", AddressBlock::kCloudMetadata},    // Google
    {"100.100.100.200/32", AddressBlock::kCloudMetadata},  // Alibaba
    {"192.0.0.192/32", AddressBlock::kCloudMetadata},      // Oracle
    {"168.63.129.16/32", AddressBlock::kCloudMetadata},    // Azure
    {"127.0.0.0/8", AddressBlock::kThisMachine},
    {"0.0.0.0/8", AddressBlock::kThisMachine},
    {"::/127", AddressBlock::kThisMachine},
    {"169.254.0.0/16", AddressBlock::kLinkLocal},
    {"fe80::/10", AddressBlock::kLinkLocal},
    {"10.0.0.0/8", AddressBlock::kPrivate10},
    {"172.16.0.0/12", AddressBlock::kPrivate172},
    {"192.168.0.0/16", AddressBlock::kPrivate192},
    {"100.64.0.0/10", AddressBlock::kShared},
    {"fc00::/7", AddressBlock::kUniqueLocal},
};

}  // namespace

bool IsLoopback(std::string_view host) {
  const std::string bytes = BytesOf(host);
  return bytes.empty() ? EqualsIgnoringCase(host, "localhost") : IsLoopbackBytes(bytes);
}

bool IsUnspecified(std::string_view host) {
  const std::string bytes = BytesOf(host);
  return !bytes.empty() && IsZero(bytes);
}

AddressBlock BlockOf(std::string_view host) {
  std::string bytes = BytesOf(host);
  if (bytes.empty()) {
    return IsLoopback(host) ? AddressBlock::kThisMachine : AddressBlock::kInternet;
  }
  if (bytes.starts_with(kTranslated)) bytes.erase(0, kTranslated.size());
  for (const auto& [network, block] : kBlocks) {
    if (Covers(*ParsePrefix(network), bytes)) return block;
  }
  return AddressBlock::kInternet;
}

std::optional<AddressNetwork> AddressNetwork::Parse(std::string_view text) {
  std::optional<Prefix> prefix = ParsePrefix(text);
  if (!prefix.has_value()) return std::nullopt;
  return AddressNetwork(std::move(prefix->bytes), prefix->bits);
}

std::optional<AddressNetwork> AddressNetwork::ParseAddressOrNetwork(std::string_view text) {
  if (text.find('/') != std::string_view::npos) return Parse(text);
  // inet_aton would take 10.7 for 10.0.0.7, and 010.0.0.1 for 8.0.0.1.
  std::string bytes = StrictBytesOf(WithoutBrackets(text.substr(0, text.find('%'))));
  if (bytes.empty()) return std::nullopt;
  const auto bits = static_cast<unsigned>(bytes.size() * 8);
  return AddressNetwork(std::move(bytes), bits);
}

AddressNetwork::AddressNetwork(std::string bytes, unsigned bits)
    : bytes_(std::move(bytes)), bits_(bits) {
  for (size_t i = 0; i < bytes_.size(); ++i) {
    const unsigned kept = std::clamp<int>(static_cast<int>(bits_) - static_cast<int>(8 * i), 0, 8);
    bytes_[i] = static_cast<char>(static_cast<unsigned char>(bytes_[i]) & (0xFF00u >> kept));
  }
}

AddressNetwork AddressNetwork::Widened(unsigned bits) const { return {bytes_, bits}; }

std::string AddressNetwork::text() const {
  char buffer[INET6_ADDRSTRLEN];
  inet_ntop(bytes_.size() == 4 ? AF_INET : AF_INET6, bytes_.data(), buffer, sizeof buffer);
  std::string text = buffer;
  if (bits_ < bytes_.size() * 8) text.append(1, '/').append(std::to_string(bits_));
  return text;
}

bool AddressNetwork::Contains(std::string_view host) const {
  return Covers({bytes_, bits_}, BytesOf(host));
}

AddressGroup AddressGroup::Of(std::string_view host, unsigned ipv6_prefix) {
  AddressGroup group;
  std::string bytes = BytesOf(host);
  if (bytes.size() == 4) {
    bytes.insert(0, kMapped);
  } else if (bytes.size() == 16) {
    group.bits_ = static_cast<uint8_t>(ipv6_prefix);
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    const unsigned kept =
        group.bits_ - std::min<unsigned>(group.bits_, 8 * static_cast<unsigned>(i));
    const unsigned mask = kept >= 8 ? 0xFF : 0xFF & ~(0xFFu >> kept);
    group.bytes_[i] = static_cast<uint8_t>(static_cast<uint8_t>(bytes[i]) & mask);
  }
  return group;
}

std::string AddressGroup::text() const {
  const std::string_view bytes(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  const bool is_v4 = bits_ == 128 && bytes.starts_with(kMapped);
  char text[INET6_ADDRSTRLEN] = {};
  if (is_v4) {
    inet_ntop(AF_INET, bytes_.data() + kMapped.size(), text, sizeof text);
    return text;
  }
  inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
  return bits_ == 128 ? text : std::string(text).append(1, '/').append(std::to_string(bits_));
}

bool IsSameHost(std::string_view a, std::string_view b) {
  const std::string bytes = BytesOf(a);
  return bytes.empty() ? EqualsIgnoringCase(a, b) : bytes == BytesOf(b);
}

std::optional<std::string> CanonicalAddress(std::string_view text) {
  const std::string bytes = StrictBytesOf(text);
  if (bytes.empty()) return std::nullopt;
  char canonical[INET6_ADDRSTRLEN] = "";
  inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), canonical, sizeof canonical);
  return canonical;
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
