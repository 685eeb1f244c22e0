// SPDX-License-Identifier: Apache-2.0
//
// What a browser asks, and what it gets, apart from how HTTP writes it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pigeonhub {

// A whole request. The views are valid while it is answered.
struct WebRequest {
  std::string_view method;  // "POST"
  std::string_view path;    // without the query
  std::string_view query;   // behind the first '?', not decoded
  std::string_view body;
  // The value of a header, whatever the case of its name; empty without one. Never an empty
  // function.
  std::function<std::string_view(std::string_view name)> header;
};

struct WebAnswer {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

}  // namespace pigeonhub
