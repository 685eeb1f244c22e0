// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pigeonhub {

// Where the control API listens: "host:port", "[v6]:port", "unix:PATH" or "off".
struct ListenAddress {
  enum class Kind { kOff, kTcp, kUnix };
  Kind kind = Kind::kOff;
  std::string host;  // without brackets
  uint16_t port = 0;
  std::string path;

  // INVALID_ARGUMENT, one line, for anything else.
  static absl::StatusOr<ListenAddress> Parse(std::string_view text);

  // As gRPC and pigeonctl read it.
  std::string text() const;

  // Only this machine gets there.
  bool IsLocal() const;
};

// Whether somebody listens there already, or nobody can: gRPC itself would say neither which nor
// why, removes a UNIX socket that is in use, and is content with one of the addresses of a name.
// ALREADY_EXISTS or UNAVAILABLE, one line. A UNIX socket that nobody listens on is no obstacle.
absl::Status CheckFree(const ListenAddress& address);

}  // namespace pigeonhub
