// SPDX-License-Identifier: Apache-2.0
//
// The PROXY protocol, versions 1 (text) and 2 (binary): a proxy that passes on TCP connections says
// in a header, before everything else, whose connection it is. HAProxy, which invented it,
// specifies it: https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pigeonhub {

// What was read of a header. A value.
struct ProxyHeader {
  enum class Status {
    kIncomplete,  // so far it may be one
    kInvalid,     // it is none
    kComplete,
  };
  Status status = Status::kInvalid;
  size_t size = 0;  // in bytes, if it is complete
  // The proxy speaks for itself: it asks whether we live.
  bool is_local = false;
  // The address of the client as CanonicalAddress spells it. Empty where the proxy speaks for
  // itself, or knows no address: of a UNIX socket, for example.
  std::string client{};
};

// A longer header is invalid. What a proxy adds to the addresses has room in it many times over.
inline constexpr size_t kLongestProxyHeader = 4096;

// Reads the header at the front of `bytes`, behind which anything may follow.
ProxyHeader ReadProxyHeader(std::string_view bytes);

// The header of whoever speaks for itself (version 2).
inline constexpr std::string_view kLocalProxyHeader("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16);

}  // namespace pigeonhub
