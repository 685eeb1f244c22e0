// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/bearer_protocol.h"

#include "server/base/base64url.h"
#include "server/base/text.h"

namespace pigeonhub::net {
namespace {

constexpr std::string_view kPrefix = "base64url.bearer.authorization.k8s.io.";

// Takes the next name off the list.
std::string_view TakeName(std::string_view& list) {
  const size_t comma = list.find(',');
  const std::string_view name = Trimmed(list.substr(0, comma));
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  return name;
}

}  // namespace

std::optional<std::string> TokenAmongProtocols(std::string_view list) {
  while (!list.empty()) {
    const std::string_view name = TakeName(list);
    if (!name.starts_with(kPrefix)) continue;
    const std::string_view text = name.substr(kPrefix.size());
    return FromBase64Url(text).value_or(std::string(text));
  }
  return std::nullopt;
}

std::string_view FirstProtocolIn(std::string_view list) {
  while (!list.empty()) {
    const std::string_view name = TakeName(list);
    if (!name.empty() && !name.starts_with(kPrefix)) return name;
  }
  return {};
}

}  // namespace pigeonhub::net
