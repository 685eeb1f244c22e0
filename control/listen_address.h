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

  // The address in the form that gRPC and pigeonctl read.
  std::string text() const;

  // True if only programs of this machine can connect to it.
  bool IsLocal() const;
};

// Whether this hub can listen at the address. ALREADY_EXISTS if another process listens there,
// UNAVAILABLE if nobody can; one line. A UNIX socket without a listener does not matter. gRPC
// itself does not say why it fails, removes a UNIX socket that is in use, and is satisfied with one
// of the addresses of a name.
absl::Status CheckFree(const ListenAddress& address);

}  // namespace pigeonhub
