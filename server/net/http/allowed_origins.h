// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/origin_pattern.h"
#include "server/net/http/message.h"

namespace pigeonhub::net {

// Which web pages may use this hub: open WebSockets, and read answers to HTTP (CORS). A browser
// says in the header Origin which page asks. Whoever sends none is no page, and is let through.
//
// A value; thread-safe.
class AllowedOrigins {
 public:
  // All pages.
  AllowedOrigins() = default;
  // Those that match any of the patterns, see OriginPattern; without one all do. INVALID_ARGUMENT,
  // one line, for what is no pattern.
  static absl::StatusOr<AllowedOrigins> Parse(const std::vector<std::string>& patterns);

  // Whether the page that asks, if it is one, may.
  bool Allow(const HttpRequest& request) const;

  // The headers that let the page read the answer; none if it may not.
  std::vector<std::pair<std::string, std::string>> Headers(const HttpRequest& request) const;

 private:
  std::vector<OriginPattern> patterns_;  // empty: all
};

}  // namespace pigeonhub::net
