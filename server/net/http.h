// SPDX-License-Identifier: Apache-2.0
//
// The HTTP that shares the port with the WebSockets: what came, what is answered. Every answer ends
// its connection.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pigeonhub::net {

// The head of a request. Views are valid during the call they are handed to.
struct HttpRequest {
  std::string_view method;
  std::string_view target;   // as it stood in the request line; may be anything
  std::string_view version;  // "HTTP/1.1"
  bool has_body = false;
  // Asks to become a WebSocket: Upgrade and Connection say so.
  bool wants_websocket = false;
  std::string_view websocket_version;
  std::string_view websocket_key;
  std::string_view authorization{};
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string_view, std::string>> headers;
  std::string body;
};

// A refusal in plain words: `body` becomes one line of text.
HttpResponse PlainAnswer(int status, std::string body);

// The bytes of `response` with Content-Length and `Connection: close`: keep-alive clients reuse the
// connection otherwise. `head_only` leaves the body out, as HEAD asks.
std::string HttpBytes(const HttpResponse& response, bool head_only);

}  // namespace pigeonhub::net
