// SPDX-License-Identifier: Apache-2.0

#include "server/net/proxy/client_address.h"

#include <utility>

#include "server/net/proxy/forwarded.h"

namespace pigeonhub::net {
namespace {

using TakeHop = std::optional<std::string> (*)(std::string_view& list);

std::string WalkPastProxies(std::string address, std::string_view list, TakeHop take_hop,
                            const TrustedProxies& trusted) {
  while (!list.empty() && trusted.Contain(address)) {
    std::optional<std::string> hop = take_hop(list);
    if (!hop.has_value()) break;
    address = *std::move(hop);
  }
  return address;
}

}  // namespace

std::optional<std::string> ClientAddress(std::string_view from, const ForwardingHeaders& headers,
                                         const TrustedProxies& trusted) {
  const auto walk = [&](std::string_view list, TakeHop take_hop) {
    return WalkPastProxies(std::string(from), list, take_hop, trusted);
  };
  if (headers.forwarded.empty()) return walk(headers.x_forwarded_for, TakeHopOfXForwardedFor);
  std::string client = walk(headers.forwarded, TakeHopOfForwarded);
  if (headers.x_forwarded_for.empty()) return client;
  if (walk(headers.x_forwarded_for, TakeHopOfXForwardedFor) != client) return std::nullopt;
  return client;
}

}  // namespace pigeonhub::net
