// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/probe/stream.h"
#include "cli/probe/stun_message.h"
#include "cli/probe/turn_uri.h"

namespace pigeonhub::cli {

// Carries messages to a TURN server and back. Its calls block.
class TurnConnection {
 public:
  // `ca`: a file of authorities for TLS; empty: those of the system. The line of an error says what
  // to do. A UDP socket connects to whoever does not listen, too.
  static absl::StatusOr<std::unique_ptr<TurnConnection>> Open(const TurnUri& uri,
                                                              const std::string& ca,
                                                              Deadline deadline);
  virtual ~TurnConnection() = default;

  // Sends a request, again and again where it may get lost, and waits for the answer to it.
  virtual absl::StatusOr<StunMessage> Exchange(const StunWriter& request, Deadline deadline) = 0;

  // The server's address in numbers, without port.
  const std::string& server_address() const { return server_address_; }

 protected:
  explicit TurnConnection(std::string server_address)
      : server_address_(std::move(server_address)) {}

 private:
  std::string server_address_;
};

}  // namespace pigeonhub::cli
