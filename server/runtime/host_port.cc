// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/host_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <optional>

#include "server/base/address.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr size_t kLongestHost = 253;  // of a name, RFC 1035

}  // namespace

absl::StatusOr<HostPort> HostPort::Parse(std::string_view text, std::string_view form) {
  const std::optional<HostAndPort> parts = SplitHostAndPort(text);
  if (!parts || !parts->port || parts->host.empty() || !IsWord(parts->host) ||
      parts->host.size() > kLongestHost) {
    return absl::InvalidArgumentError(Shown(text) + " is not " + std::string(form));
  }
  const std::optional<uint16_t> port = ParsePort(*parts->port);
  if (!port) {
    return absl::InvalidArgumentError(Shown(text) + " does not end in a port (0 to 65535)");
  }
  return HostPort{std::string(parts->host), *port};
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

std::string HostPort::text() const { return JoinHostAndPort(host, port); }

}  // namespace pigeonhub
