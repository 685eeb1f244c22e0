// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "pigeonhub/http.h"

namespace pigeonhub {

// A request, which owns what it is made of.
class Asked {
 public:
  using Headers = std::map<std::string, std::string, std::less<>>;
  explicit Asked(std::string path, Headers headers = {}, std::string address = "127.0.0.1")
      : headers_(std::move(headers)), address_(std::move(address)) {
    const size_t end = path.find('?');
    path_ = path.substr(0, end);
    if (end != std::string::npos) query_ = path.substr(end + 1);
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  Request request() const {
    return {.method = "GET",
            .path = path_,
            .query = query_,
            .peer_id = {},
            .address = address_,
            .header = [this](std::string_view name) {
              const auto found = headers_.find(name);
              return found == headers_.end() ? std::string_view() : std::string_view(found->second);
            }};
  }

 private:
  Headers headers_;
  std::string address_;
  std::string path_;
  std::string query_;
};

inline std::string HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [one, value] : response.headers) {
    if (one == name) return value;
  }
  return {};
}

}  // namespace pigeonhub
