// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "control/web/http_message.h"
#include "server/base/text.h"

namespace pigeonhub {

// A request as a test writes it. Outlives what reads it.
struct WrittenRequest {
  std::string method = "POST";
  std::string path;
  std::string query = {};
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool is_forwarded = false;

  WrittenRequest With(std::string name, std::string value) const {
    WrittenRequest copy = *this;
    copy.headers.emplace_back(std::move(name), std::move(value));
    return copy;
  }

  WebRequest Read() const {
    return {method, path, query, body, is_forwarded, [this](std::string_view name) {
              for (const auto& [key, value] : headers) {
                if (EqualsIgnoringCase(key, name)) return std::string_view(value);
              }
              return std::string_view();
            }};
  }
};

// The value of a header of an answer; empty without one.
inline std::string HeaderOf(const WebAnswer& answer, std::string_view name) {
  for (const auto& [key, value] : answer.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace pigeonhub
