// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub::net {

// The client's side of the opening handshake (RFC 6455 4.1): what it asks, and whether the answer
// lets it in. A value; each has a random key of its own.
class Opening {
 public:
  // `authority` is the server's host and port, `target` the path and query, `authorization` the
  // value of that header, or empty.
  Opening(std::string authority, std::string target, std::string authorization = {});

  // The whole request.
  std::string Request() const;

  // Why it was not let in.
  struct Refusal {
    uint16_t status = 0;  // of HTTP; 0 for what is no answer to this question
    std::string why;      // one printable line, with where else to go if the answer says so
    // Retry-After (RFC 9110 10.2.3): how long to stay away; 0 if that was not said.
    std::chrono::seconds retry_after{};
  };
  // `head` is the answer up to and with its empty line. Empty: it is a WebSocket from there on.
  std::optional<Refusal> Check(std::string_view head) const;

 private:
  std::string authority_;
  std::string target_;
  std::string authorization_;
  std::string key_;
};

}  // namespace pigeonhub::net
