// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/probe/stream.h"
#include "server/base/descriptor.h"

namespace pigeonhub::cli {

// A connected TCP socket that never blocks. Closes itself.
class Socket {
 public:
  // Tries each address of the host in turn.
  static absl::StatusOr<Socket> Connect(const std::string& host, uint16_t port, Deadline deadline);

  // Waits until it can be read or, if `for_write`, written.
  absl::Status Wait(bool for_write, Deadline deadline) const;
  int descriptor() const { return descriptor_.get(); }

 private:
  explicit Socket(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  Descriptor descriptor_;
};

}  // namespace pigeonhub::cli
