// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/core/ids.h"

namespace pigeonhub::net {

// What it takes to open a WebSocket at a hub's URL. A value.
struct HubAddress {
  bool secure = false;
  std::string host;  // a name or an address, without the brackets of IPv6
  uint16_t port = 0;
  std::string authority;  // host and port as they stood in the URL
  std::string target;     // path and query as they stood; at least "/"

  // Empty if `url` is no ws:// or wss:// URL, or has characters that could end a header line of the
  // request.
  static std::optional<HubAddress> Parse(std::string_view url);

  // The target of the request with which the hub `hub` dials: its id is a field of the query. The
  // reference server names the field so, too.
  std::string TargetFor(const PeerId& hub) const;
};

}  // namespace pigeonhub::net
