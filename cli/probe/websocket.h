// SPDX-License-Identifier: Apache-2.0
//
// The client end of a WebSocket (RFC 6455), as much of it as a probe needs: text messages, pings
// answered, the close frame's code and reason.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/probe/stream.h"
#include "cli/probe/url.h"

namespace pigeonhub::cli {

class WebSocket {
 public:
  // UNAVAILABLE if there is no way to the host; FAILED_PRECONDITION, with the HTTP status, if it
  // refuses. `ca` as in Connect.
  static absl::StatusOr<std::unique_ptr<WebSocket>> Open(const WebSocketUrl& url,
                                                         const std::string& ca, Deadline deadline);

  absl::Status Send(std::string_view message, Deadline deadline);

  // The next message. FAILED_PRECONDITION, with code and reason, once the server has closed.
  absl::StatusOr<std::string> Receive(Deadline deadline);

  // Sends a close frame with code 1000 and waits for nothing.
  void Close(Deadline deadline);

 private:
  enum class Opcode : unsigned char;
  struct Frame;

  explicit WebSocket(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}

  absl::Status Upgrade(const WebSocketUrl& url, Deadline deadline);
  absl::Status SendFrame(Opcode opcode, std::string_view payload, Deadline deadline);
  absl::StatusOr<Frame> ReceiveFrame(Deadline deadline);
  // Reads until at least `size` bytes are unread.
  absl::Status Fill(size_t size, Deadline deadline);
  std::string Take(size_t size);

  std::unique_ptr<Stream> stream_;
  std::string unread_;
};

}  // namespace pigeonhub::cli
