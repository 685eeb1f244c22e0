// SPDX-License-Identifier: Apache-2.0
#include "server/net/dial/hub_address.h"

#include <algorithm>

#include "server/core/uplinks.h"

namespace pigeonhub::net {

std::optional<HubAddress> HubAddress::Parse(std::string_view url) {
  const auto fits = [](char c) { return c > ' ' && c < 127 && c != '#'; };
  if (!std::all_of(url.begin(), url.end(), fits)) return std::nullopt;
  const std::optional<HubUrl> parts = ParseHubUrl(url);
  if (!parts.has_value()) return std::nullopt;
  const std::string_view rest = url.substr(url.find("://") + 3);
  const size_t end = std::min(rest.find_first_of("/?"), rest.size());
  HubAddress address{parts->secure, parts->host, parts->port, std::string(rest.substr(0, end)),
                     std::string(rest.substr(end))};
  if (!address.target.starts_with('/')) address.target.insert(0, 1, '/');
  return address;
}

std::string HubAddress::TargetFor(const PeerId& hub) const {
  const bool has_query = target.find('?') != std::string::npos;
  return target + (has_query ? "&peerId=" : "?peerId=") + std::string(hub.text());
}

}  // namespace pigeonhub::net
