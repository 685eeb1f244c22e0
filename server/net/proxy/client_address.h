// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/net/proxy/trusted_proxies.h"

namespace pigeonhub::net {

// The values of the headers of forwarded.h; empty where a request has none.
struct ForwardingHeaders {
  std::string_view forwarded{};
  std::string_view x_forwarded_for{};
};

// Whom a request is for that came from the address `from`. If a trusted proxy is there, whoever
// asked that proxy; if another trusted proxy did, whoever asked that one, and so on. Where a hop
// does not parse it is the last address before it, which may be that of a trusted proxy.
//
// Empty where the two headers lead to two addresses. A proxy writes one of them and passes the
// other on as the client sent it, and nothing says which.
std::optional<std::string> ClientAddress(std::string_view from, const ForwardingHeaders& headers,
                                         const TrustedProxies& trusted);

}  // namespace pigeonhub::net
