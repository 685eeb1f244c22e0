// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pigeonhub::net {

// The client's side of the opening handshake (RFC 6455 4.1): the request, and whether the answer
// accepts it. A value; each has a random key of its own.
class ClientHandshake {
 public:
  // Names and values of further headers.
  using Headers = std::vector<std::pair<std::string, std::string>>;
  // `authority` is the server's host and port, `target` the path and query.
  ClientHandshake(std::string authority, std::string target, Headers headers = {});

  // The whole request.
  std::string Request() const;

  // Why the server did not open a WebSocket.
  struct Refusal {
    uint16_t status = 0;  // of HTTP; 0 if what came is no answer to this request
    std::string why;      // one printable line; it names another address if the answer does
    std::string said{};   // the first line of the answer's body, if that came with it; printable
    // How long to stay away (Retry-After, RFC 9110 10.2.3); 0 if the answer does not say.
    std::chrono::seconds retry_after{};
  };
  // `head` is the answer up to and with its empty line, `rest` what came behind it. Returns nothing
  // if the WebSocket is open: frames follow.
  std::optional<Refusal> Check(std::string_view head, std::string_view rest = {}) const;

 private:
  std::string authority_;
  std::string target_;
  Headers headers_;
  std::string key_;
};

}  // namespace pigeonhub::net
