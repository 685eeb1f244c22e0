// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cli/probe/socket.h"
#include "cli/probe/stream.h"

namespace pigeonhub::cli {

// The stream of a socket as it is.
class PlainStream : public Stream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  absl::Status Write(std::string_view bytes, Deadline deadline) override;
  absl::StatusOr<std::string> Read(Deadline deadline) override;

  // Gives the socket away, as what was said so far was a preface.
  Socket TakeSocket() && { return std::move(socket_); }

 private:
  Socket socket_;
};

}  // namespace pigeonhub::cli
