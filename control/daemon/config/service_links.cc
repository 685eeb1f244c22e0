// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/service_links.h"

#include <algorithm>

namespace pigeonhub {
namespace {

constexpr std::string_view kProtocols[] = {"tcp://", "udp://", "sctp://"};

// Whether `name` holds _PORT_ and a number, as PIGEONHUB_PORT_3000_TCP does.
bool HasNumberedPort(std::string_view name) {
  constexpr std::string_view kPort = "_PORT_";
  const size_t at = name.rfind(kPort);
  if (at == std::string_view::npos) return false;
  const std::string_view rest = name.substr(at + kPort.size());
  const size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  return digits > 0 && digits < rest.size() && rest[digits] == '_';
}

}  // namespace

bool IsServiceLink(std::string_view name, std::string_view value) {
  if (name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT") ||
      name.find("_SERVICE_PORT_") != std::string_view::npos || HasNumberedPort(name)) {
    return true;
  }
  return name.ends_with("_PORT") &&
         std::any_of(std::begin(kProtocols), std::end(kProtocols),
                     [&](std::string_view protocol) { return value.starts_with(protocol); });
}

}  // namespace pigeonhub
