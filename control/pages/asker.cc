// SPDX-License-Identifier: Apache-2.0

#include "control/pages/asker.h"

#include <algorithm>
#include <optional>

#include "server/base/address.h"
#include "server/base/forwarding.h"

namespace pigeonhub {
namespace {

// An address in numbers leads nowhere else, whatever a name server says.
bool IsAddressInNumbers(std::string_view host) {
  const std::optional<HostAndPort> parts = SplitHostAndPort(host);
  return parts.has_value() && CanonicalAddress(parts->host).has_value();
}

bool IsOfAnotherSite(const Request& request) {
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return false;
  const size_t scheme = origin.find("://");
  return scheme == std::string_view::npos || origin.substr(scheme + 3) != request.header("Host");
}

bool IsForwarded(const Request& request) {
  return !request.header("Forwarded").empty() || !request.header("X-Forwarded-For").empty() ||
         !request.header("Via").empty();
}

}  // namespace

bool IsOfOrigin(const Request& request, const std::vector<OriginPattern>& origins) {
  const std::string_view origin = request.header("Origin");
  return !origin.empty() &&
         std::any_of(origins.begin(), origins.end(), [&](const OriginPattern& pattern) {
           return !pattern.is_any() && pattern.Matches(origin, request.header("Host"));
         });
}

bool IsDeveloper(const Request& request, DevReach reach) {
  if (reach == DevReach::kOff || IsOfAnotherSite(request) || IsForwarded(request)) return false;
  const std::string_view host = request.header("Host");
  if (reach == DevReach::kNetwork) return NamesThisMachine(host) || IsAddressInNumbers(host);
  return IsLoopback(request.address) && NamesThisMachine(host);
}

}  // namespace pigeonhub
