// SPDX-License-Identifier: Apache-2.0
//
// A byte stream over TCP, with or without TLS. Its calls block.
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
  // Writes all bytes.
  virtual absl::Status Write(std::string_view bytes, Deadline deadline) = 0;
  // Waits for at least one byte. UNAVAILABLE at the end of the stream.
  virtual absl::StatusOr<std::string> Read(Deadline deadline) = 0;
};

// What a read or a write says at the end of the stream.
absl::Status StreamEnded();

// How to come in.
struct Entry {
  std::string ca = {};  // a file of authorities, for wss; empty: those of the system
  // Say first, by the PROXY protocol, that this program speaks for itself.
  bool proxy_protocol = false;
  std::string token = {};   // that both peers show; empty: none
  std::string origin = {};  // of the page that a peer says it is; empty: none
};

// Connects to the URL's host and port; for wss it also does the TLS handshake. The server's
// certificate must be valid for the host, and from one of the authorities. UNAVAILABLE if the host
// cannot be reached, DEADLINE_EXCEEDED after the limit.
absl::StatusOr<std::unique_ptr<Stream>> Connect(const WebSocketUrl& url, const Entry& entry,
                                                Deadline deadline);

}  // namespace pigeonhub::cli
