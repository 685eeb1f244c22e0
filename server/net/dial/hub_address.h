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

  // Empty for what is no ws:// or wss:// URL that a request may be made of: nothing from outside
  // may end a header line.
  static std::optional<HubAddress> Parse(std::string_view url);

  // The target for a hub that dials: the reference appends the same words. Where there is a query
  // already the id is one more field of it.
  std::string TargetFor(const PeerId& hub) const;
};

}  // namespace pigeonhub::net
