// SPDX-License-Identifier: Apache-2.0

#include "server/base/forwarding.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>

#include "absl/strings/ascii.h"
#include "server/base/address.h"

namespace pigeonhub {

namespace {

// Whether `text` begins with `known`, which is in lower case. A request has many headers that do
// not, and most differ in the first letter.
bool Begins(std::string_view text, std::string_view known) {
  if (text.size() < known.size()) return false;
  for (size_t i = 0; i < known.size(); ++i) {
    if (absl::ascii_tolower(static_cast<unsigned char>(text[i])) != known[i]) return false;
  }
  return true;
}

bool Ends(std::string_view text, std::string_view known) {
  return text.size() >= known.size() && Begins(text.substr(text.size() - known.size()), known);
}

}  // namespace

bool SaysForwarded(std::string_view header) {
  constexpr std::string_view kNames[] = {"forwarded", "via", "cdn-loop"};
  constexpr std::string_view kBeginnings[] = {"x-forwarded", "x-original-", "x-envoy-", "x-arr-",
                                              "x-amz-cf-",   "x-amzn-",     "x-azure-", "cf-",
                                              "fastly-",     "fly-"};
  // X-Real-IP, True-Client-IP, CF-Connecting-IP, X-Remote-Addr: of whom it is.
  constexpr std::string_view kEnds[] = {"-ip", "-addr"};
  const auto any = [](const auto& list, auto matches) {
    return std::any_of(std::begin(list), std::end(list), matches);
  };
  return any(kNames,
             [&](auto known) { return header.size() == known.size() && Begins(header, known); }) ||
         any(kBeginnings, [&](auto known) { return Begins(header, known); }) ||
         any(kEnds, [&](auto known) { return Ends(header, known); });
}

bool NamesThisMachine(std::string_view host) {
  const std::optional<HostAndPort> parts = SplitHostAndPort(host);
  return parts.has_value() && IsLoopback(parts->host);
}

}  // namespace pigeonhub
