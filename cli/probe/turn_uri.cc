// SPDX-License-Identifier: Apache-2.0

#include "cli/probe/turn_uri.h"

#include <optional>

#include "server/base/address.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

constexpr uint16_t kPort = 3478;
constexpr uint16_t kTlsPort = 5349;

absl::Status NoTurnUri(std::string_view text) {
  return absl::InvalidArgumentError(
      Shown(text) +
      " is no TURN server; write turn:HOST[:PORT][?transport=udp|tcp] "
      "or turns:HOST[:PORT]");
}

}  // namespace

absl::StatusOr<TurnUri> TurnUri::Parse(std::string_view text) {
  std::string_view rest = text;
  TurnUri uri;
  if (rest.starts_with("turns:")) {
    rest.remove_prefix(6);
    uri.transport = Transport::kTls;
  } else if (rest.starts_with("turn:")) {
    rest.remove_prefix(5);
  } else {
    return NoTurnUri(text);
  }
  if (const size_t mark = rest.find('?'); mark != std::string_view::npos) {
    const std::string_view query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
    const bool is_secure = uri.transport == Transport::kTls;
    if (query == "transport=tcp") {
      if (!is_secure) uri.transport = Transport::kTcp;
    } else if (query != "transport=udp" || is_secure) {
      return NoTurnUri(text);  // also DTLS, which browsers do not speak
    }
  }
  const std::optional<HostAndPort> parts = SplitHostAndPort(rest);
  if (!parts || parts->host.empty() || rest.find('/') != std::string_view::npos ||
      rest.find('@') != std::string_view::npos) {
    return NoTurnUri(text);
  }
  uri.host = parts->host;
  uri.port = uri.transport == Transport::kTls ? kTlsPort : kPort;
  if (parts->port) {
    uri.port = ParsePort(*parts->port).value_or(0);
    if (uri.port == 0) return NoTurnUri(text);
  }
  return uri;
}

}  // namespace pigeonhub::cli
