// SPDX-License-Identifier: Apache-2.0
//
// What a browser asks, and what it gets, apart from how HTTP writes it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pigeonhub {

// Why a request, or a connection, is refused.
enum class WebRefusal {
  kConnections,  // there are as many as there may be
  kSlow,         // it did not arrive in time
  kNoHttp,       // it is none of HTTP, or of what the port speaks
  kHead,         // too many headers
  kBody,         // too much, or too much with what others send
  kHost,         // asks for a machine that this is not
  kCrossSite,    // a page of somebody else asks
  kCredential,   // nobody whom the hub knows
  kStreams,      // there are as many as there may be
  kStuck,        // does not take what it asked for
};

// Who sends a request.
struct WebPeer {
  std::string address = {};  // as gRPC writes it: "ipv4:127.0.0.1:40000"
  bool has_certificate = false;
  std::vector<std::string> certificate_names = {};
};

// A request; whole, or its head alone. The views are valid while it is answered.
struct WebRequest {
  std::string_view method;  // "POST"
  std::string_view path;    // without the query
  std::string_view query;   // behind the first '?', not decoded
  std::string_view body;
  bool is_forwarded = false;  // a header says that a proxy passes it on
  // The value of a header, whatever the case of its name; empty without one. Never an empty
  // function.
  std::function<std::string_view(std::string_view name)> header;
};

struct WebAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::optional<WebRefusal> refusal = {};  // what it counts as
};

}  // namespace pigeonhub
