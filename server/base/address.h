// SPDX-License-Identifier: Apache-2.0
//
// Hosts as URLs, flags and sockets name them: an address in numbers, in any spelling that
// getaddrinfo reads as one (127.0.0.1, 127.1, 0x7f000001, ::1, ::ffff:127.0.0.1), or a name. An
// IPv6 address may have brackets around it and a zone behind it. An IPv4 address that is mapped
// into IPv6 is the same address. Nothing here looks a name up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

// This machine, and reached from nowhere else: 127.0.0.0/8, ::1, and the name localhost, which
// systems let nobody give to another machine. No other name, whatever it resolves to, and no path
// of a UNIX socket, which is no host.
bool IsLoopback(std::string_view host);

// "Any address of mine": 0.0.0.0 and ::.
bool IsUnspecified(std::string_view host);

// Whether a connection to it could leave this machine and its link: no loopback address, no
// link-local one (169.254.0.0/16, fe80::/10), not :: and none of 0.0.0.0/8. True for every name but
// localhost; of a name ask again when its addresses are known.
bool LeadsOutside(std::string_view host);

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
