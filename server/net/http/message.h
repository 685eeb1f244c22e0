// SPDX-License-Identifier: Apache-2.0
//
// Requests and answers of the HTTP that shares the port with the WebSockets.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/core/input.h"

namespace pigeonhub::net {

// The head of a request. Views are valid during the call they are handed to.
struct HttpRequest {
  std::string_view method;
  std::string_view target;   // as it stood in the request line; may be anything
  std::string_view version;  // "HTTP/1.1"
  bool has_body = false;
  // Upgrade and Connection ask for a WebSocket.
  bool upgrades = false;
  std::string_view websocket_version;
  std::string_view websocket_key;
  std::string_view websocket_protocols{};  // a list
  std::string_view authorization{};
  // The value of any header; see Request::header.
  std::function<std::string_view(std::string_view name)> header{};
  // A header says that a proxy passes this on for somebody else.
  bool is_forwarded = false;
  // The session leaves these as they are here.
  std::string_view address{};  // the client's, without port
  // The address is that of a trusted proxy, which told of nobody behind it.
  bool is_proxy_address = false;
  Entrance entrance = Entrance::kAnybody;

  // The target without its query.
  std::string_view path() const { return target.substr(0, target.find('?')); }
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool close = false;  // the connection ends with this answer, whatever the client asked for
};

// A refusal in plain words: `body` becomes one line of text.
HttpResponse PlainAnswer(int status, std::string body);
// The same behind the name of the reason, and the page that helps where there is one:
// "token_missing: this hub asks for a token; see docs/app-developers.md#token".
HttpResponse PlainAnswer(int status, Reason reason, std::string_view why);

// The bytes of `response`. They say how long the body is and whether the connection is kept for
// another request. `head_only` leaves the body out, as HEAD asks.
std::string HttpBytes(const HttpResponse& response, bool head_only, bool keep);

// Whether `text` is a token (RFC 9110 5.6.2), such as the name of a header.
bool IsToken(std::string_view text);

// Whether the value of a header that is a list, such as "keep-alive, Upgrade", contains `word`, in
// upper or lower case.
bool ListHas(std::string_view list, std::string_view word);

}  // namespace pigeonhub::net
