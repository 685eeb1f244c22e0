// SPDX-License-Identifier: Apache-2.0
//
// What the embedding program sees of the HTTP on the hub's port, and what it may answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace pigeonhub {

// The head of a request; the hub does not read bodies. Everything but `address` is as the client
// sent it and may be any bytes. The views are valid during the call that gets the request.
struct Request {
  std::string_view method;  // "GET"
  std::string_view path;    // without the query
  std::string_view query;   // what follows the first '?', not decoded
  std::string peer_id;      // `peerId` of the query, decoded; empty where there is none
  // The client's, without port; its proxy's, unless that is one of HubServerOptions::trust_proxies.
  std::string_view address;
  // The value of a header, such as "Cookie" or "X-Forwarded-For"; the case of the name does not
  // matter. Empty if the client did not send it. If the client sent it several times, the values
  // are joined by ", ". The function is never empty.
  std::function<std::string_view(std::string_view name)> header;
};

struct Response {
  int status = 200;  // 200 to 599; 204 and 304 go out without the body
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  // More headers, such as {"Set-Cookie", "..."}. The hub adds Content-Length, Connection and
  // Access-Control-Allow-Origin by itself.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// The server calls functions of these two types on its I/O threads, several at once, while it holds
// no lock. An I/O thread serves nobody else during such a call: decide from what is in memory, and
// do not wait. The functions may call every method of the server except Start, Stop,
// WaitUntilStopped, Off and the destructor, which wait. An exception ends the connection and is
// logged.

// Whether the client that sent this request may become a peer. Any status but OK turns it away.
using AdmitPeer = std::function<absl::Status(const Request&)>;
// The answer to this request, whose method is any but OPTIONS: the hub answers that. If the answer
// is not valid HTTP (a status out of range, a line end in a header), the client gets HTTP 500.
using Route = std::function<Response(const Request&)>;

}  // namespace pigeonhub
