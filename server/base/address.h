// SPDX-License-Identifier: Apache-2.0
//
// Hosts as URLs, flags and sockets name them: an address in numbers, in any spelling that
// getaddrinfo reads as one (127.0.0.1, 127.1, 0x7f000001, ::1, ::ffff:127.0.0.1), or a name. An
// IPv6 address may have brackets around it and a zone behind it. An IPv4 address that is mapped
// into IPv6 is the same address. Nothing here looks a name up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace pigeonhub {

// This machine, and reached from nowhere else: 127.0.0.0/8, ::1, and the name localhost, which
// systems let nobody give to another machine. No other name, whatever it resolves to, and no path
// of a UNIX socket, which is no host.
bool IsLoopback(std::string_view host);

// "Any address of mine": 0.0.0.0 and ::.
bool IsUnspecified(std::string_view host);

// Blocks of addresses that lead to a place of their own, and all others.
enum class AddressBlock : uint8_t {
  kInternet,     // all others; also every name but localhost, of which ask again when its addresses
                 // are known
  kThisMachine,  // 127.0.0.0/8, ::1, ::, 0.0.0.0/8, and localhost
  kLinkLocal,    // 169.254.0.0/16, fe80::/10
  kPrivate10,    // 10.0.0.0/8 (RFC 1918), as the next two
  kPrivate172,   // 172.16.0.0/12
  kPrivate192,   // 192.168.0.0/16
  kShared,       // 100.64.0.0/10 (RFC 6598): behind the address translation of a carrier
  kUniqueLocal,  // fc00::/7 (RFC 4193)
  kCloudMetadata,  // where clouds hand a machine its credentials, such as 169.254.169.254
};
// An IPv4 address that is translated to IPv6 by 64:ff9b::/96 (RFC 6052) is in the block of the IPv4
// address.
AddressBlock BlockOf(std::string_view host);

// A set of blocks. A value.
class AddressBlocks {
 public:
  constexpr AddressBlocks() = default;
  static constexpr AddressBlocks All() { return AddressBlocks(~uint16_t{0}); }
  constexpr AddressBlocks With(AddressBlock block) const {
    return AddressBlocks(bits_ | Bit(block));
  }
  constexpr AddressBlocks With(AddressBlocks others) const {
    return AddressBlocks(bits_ | others.bits_);
  }
  constexpr AddressBlocks Without(AddressBlock block) const {
    return AddressBlocks(bits_ & ~Bit(block));
  }
  constexpr bool Contain(AddressBlock block) const { return (bits_ & Bit(block)) != 0; }
  friend constexpr bool operator==(AddressBlocks, AddressBlocks) = default;

 private:
  constexpr explicit AddressBlocks(unsigned bits) : bits_(static_cast<uint16_t>(bits)) {}
  static constexpr unsigned Bit(AddressBlock block) { return 1u << static_cast<unsigned>(block); }

  uint16_t bits_ = 0;
};

// A network as "10.0.0.0/8" and "2001:db8::/32" name it. A value.
class AddressNetwork {
 public:
  // Empty unless `text` is an address that CanonicalAddress reads, a slash and the length of the
  // prefix in bits. Bits behind the prefix are ignored.
  static std::optional<AddressNetwork> Parse(std::string_view text);
  // The same, or an address alone, which is a network of its own.
  static std::optional<AddressNetwork> ParseAddressOrNetwork(std::string_view text);

  // As Parse reads it: "192.0.2.0/24" with nothing behind the prefix, and an address alone without
  // its length.
  std::string text() const;
  // Of the address, 4 or 16 of them; those behind the prefix are zero.
  const std::string& bytes() const { return bytes_; }
  unsigned bits() const { return bits_; }
  // The network of so many bits that this one lies in; at most bits().
  AddressNetwork Widened(unsigned bits) const;

  // False for names, and for addresses of the other version of IP.
  bool Contains(std::string_view host) const;

 private:
  AddressNetwork(std::string bytes, unsigned bits);

  std::string bytes_;  // 4 or 16
  unsigned bits_;
};

// An address as addresses are counted where each may do only so much: an IPv4 address, or the first
// bits of an IPv6 one, of which one line has many. A value.
class AddressGroup {
 public:
  // `ipv6_prefix` in bits, at most 128. All that are no addresses in numbers are one group.
  static AddressGroup Of(std::string_view host, unsigned ipv6_prefix);

  // "192.0.2.1", "2001:db8::/64".
  std::string text() const;

  friend bool operator==(const AddressGroup&, const AddressGroup&) = default;
  template <typename H>
  friend H AbslHashValue(H hash, const AddressGroup& group) {
    return H::combine(std::move(hash), group.bytes_);
  }

 private:
  std::array<uint8_t, 16> bytes_{};  // as IPv6
  uint8_t bits_ = 128;
};

// Whether both are one address in numbers, or one name in any case of letters.
bool IsSameHost(std::string_view a, std::string_view b);

// An address as sockets spell it, so that two that are equal are one text: "2001:db8::1" for
// "2001:DB8:0::1", "10.0.0.1" for "::ffff:10.0.0.1". Takes what programs write, four decimal
// numbers or IPv6 without brackets and zone; empty for anything else, also for 127.1.
std::optional<std::string> CanonicalAddress(std::string_view text);

// Whether it is an IPv6 address, without brackets.
bool IsIpv6(std::string_view host);

// "hub.example:3000", "[::1]:3000".
std::string JoinHostAndPort(std::string_view host, uint16_t port);

struct HostAndPort {
  std::string_view host;                 // without brackets
  std::optional<std::string_view> port;  // what follows the colon, if there is one
};

// Takes "host", "host:port", "[::1]" and "[::1]:port" apart. Empty where a bracket or a colon does
// not fit, as in "::1". Says nothing of whether the parts are a host and a port.
std::optional<HostAndPort> SplitHostAndPort(std::string_view text);

// A number from 0 to 65535 in decimal digits.
std::optional<uint16_t> ParsePort(std::string_view text);

}  // namespace pigeonhub
