// SPDX-License-Identifier: Apache-2.0
//
// A byte stream over TCP, with or without TLS, for one thread that is willing to wait.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/websocket_url.h"

namespace pigeonhub::cli {

using Deadline = std::chrono::steady_clock::time_point;

class Stream {
 public:
  virtual ~Stream() = default;
  // Writes all of it.
  virtual absl::Status Write(std::string_view bytes, Deadline deadline) = 0;
  // At least one byte; UNAVAILABLE at the end of the stream.
  virtual absl::StatusOr<std::string> Read(Deadline deadline) = 0;
};

// Connects to the URL's host and port, and shakes hands with it if it is wss. The server's
// certificate must be one for the host, from an authority in the file `ca` or, if that is empty, of
// the system. UNAVAILABLE if there is no way to it, DEADLINE_EXCEEDED.
absl::StatusOr<std::unique_ptr<Stream>> Connect(const WebSocketUrl& url, const std::string& ca,
                                                Deadline deadline);

}  // namespace pigeonhub::cli
