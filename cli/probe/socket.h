// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/probe/stream.h"

namespace pigeonhub::cli {

// A connected TCP socket that never blocks. Closes itself.
class Socket {
 public:
  // Tries each address of the host in turn.
  static absl::StatusOr<Socket> Connect(const std::string& host, const std::string& port,
                                        Deadline deadline);
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  // Waits until it can be read or, if `for_write`, written.
  absl::Status Wait(bool for_write, Deadline deadline) const;
  int descriptor() const { return descriptor_; }

 private:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace pigeonhub::cli
