// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/host_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <system_error>

#include "server/base/text.h"

namespace pigeonhub {

absl::StatusOr<HostPort> HostPort::Parse(std::string_view text, std::string_view form) {
  HostPort parsed;
  const size_t colon = text.rfind(':');
  std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool bare_ipv6 = !bracketed && host.find(':') != std::string_view::npos;
  if (host.empty() || bare_ipv6 || !IsWord(host) || host.size() > 253) {
    return absl::InvalidArgumentError(Shown(text) + " is not " + std::string(form));
  }
  parsed.host = host;
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parsed.port);
  if (error != std::errc() || end != port.data() + port.size()) {
    return absl::InvalidArgumentError(Shown(text) + " does not end in a port (0 to 65535)");
  }
  return parsed;
}

absl::Status HostPort::CheckListenHost(std::string_view host) {
  const std::string text(host);
  unsigned char address[sizeof(in6_addr)];
  if (text == "localhost" || inet_pton(AF_INET, text.c_str(), address) == 1 ||
      inet_pton(AF_INET6, text.c_str(), address) == 1) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(Shown(text) +
                                    " is no address to listen on; use localhost, 0.0.0.0, :: or an "
                                    "address of this machine");
}

std::string HostPort::text() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return (ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace pigeonhub
