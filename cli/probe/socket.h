// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/probe/stream.h"
#include "server/base/descriptor.h"

namespace pigeonhub::cli {

// Why no connection came about.
struct ConnectFailure {
  enum class Kind { kNameUnknown, kRefused, kNoAnswer, kNoSuchFile, kNotPermitted, kOther };
  Kind kind = Kind::kOther;
  std::string why;  // as the system says it, "Connection refused"
};

// A connected socket that never blocks. Closes itself.
class Socket {
 public:
  using Attempt = std::variant<Socket, ConnectFailure>;

  // Tries each address of the host in turn; the failure is that of the last one.
  static Attempt Try(const std::string& host, uint16_t port, Deadline deadline);
  // To a UNIX socket.
  static Attempt Try(const std::string& path, Deadline deadline);
  // The same with one line for the user: UNAVAILABLE, or DEADLINE_EXCEEDED after the limit.
  static absl::StatusOr<Socket> Connect(const std::string& host, uint16_t port, Deadline deadline);

  // A UDP socket whose other end is there. Nothing is sent.
  static absl::StatusOr<Socket> Datagram(const std::string& host, uint16_t port);

  // Waits until it can be read or, if `for_write`, written.
  absl::Status Wait(bool for_write, Deadline deadline) const;
  int descriptor() const { return descriptor_.get(); }

 private:
  explicit Socket(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  Descriptor descriptor_;
};

}  // namespace pigeonhub::cli
