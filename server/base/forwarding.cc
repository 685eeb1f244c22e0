// SPDX-License-Identifier: Apache-2.0

#include "server/base/forwarding.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "server/base/address.h"

namespace pigeonhub {

bool SaysForwarded(std::string_view header) {
  constexpr std::string_view kNames[] = {"forwarded", "via", "cdn-loop"};
  constexpr std::string_view kBeginnings[] = {"x-forwarded", "x-original-", "x-envoy-", "x-arr-",
                                              "x-amz-cf-",   "x-amzn-",     "x-azure-", "cf-",
                                              "fastly-",     "fly-"};
  // X-Real-IP, True-Client-IP, CF-Connecting-IP, X-Remote-Addr: of whom it is.
  constexpr std::string_view kEnds[] = {"-ip", "-addr"};
  const std::string name = absl::AsciiStrToLower({header.data(), header.size()});
  const auto any = [](const auto& list, auto matches) {
    return std::any_of(std::begin(list), std::end(list), matches);
  };
  return any(kNames, [&](auto known) { return name == known; }) ||
         any(kBeginnings, [&](auto known) { return name.starts_with(known); }) ||
         any(kEnds, [&](auto known) { return name.ends_with(known); });
}

bool NamesThisMachine(std::string_view host) {
  const std::optional<HostAndPort> parts = SplitHostAndPort(host);
  return parts.has_value() && IsLoopback(parts->host);
}

}  // namespace pigeonhub
