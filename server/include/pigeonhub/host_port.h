// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pigeonhub {

// An address with its port as people write it: "localhost:9090", "[::1]:9090".
struct HostPort {
  std::string host;  // without brackets
  uint16_t port = 0;

  // INVALID_ARGUMENT, one line: what it is not (`form` names what was wanted, e.g. "host:port"), or
  // that it does not end in a port.
  static absl::StatusOr<HostPort> Parse(std::string_view text, std::string_view form);

  // INVALID_ARGUMENT, one line, unless `host` is localhost or an IPv4 or IPv6 address in numbers.
  static absl::Status CheckListenHost(std::string_view host);

  std::string text() const;

  friend bool operator==(const HostPort&, const HostPort&) = default;
};

}  // namespace pigeonhub
