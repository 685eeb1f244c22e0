// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/allowed_origins.h"

#include <algorithm>

namespace pigeonhub::net {
namespace {

constexpr std::string_view kAllowOrigin = "Access-Control-Allow-Origin";

std::string_view OriginOf(const HttpRequest& request) {
  return request.header ? request.header("Origin") : "";
}

}  // namespace

absl::StatusOr<AllowedOrigins> AllowedOrigins::Parse(const std::vector<std::string>& patterns) {
  AllowedOrigins origins;
  bool any = false;
  for (const std::string& text : patterns) {
    absl::StatusOr<OriginPattern> pattern = OriginPattern::Parse(text);
    if (!pattern.ok()) return pattern.status();
    any = any || pattern->is_any();
    origins.patterns_.push_back(*std::move(pattern));
  }
  if (any) return AllowedOrigins();
  return origins;
}

bool AllowedOrigins::Allow(const HttpRequest& request) const {
  const std::string_view origin = OriginOf(request);
  if (origin.empty() || patterns_.empty()) return true;
  const std::string_view host = request.header("Host");
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const OriginPattern& pattern) { return pattern.Matches(origin, host); });
}

std::vector<std::pair<std::string, std::string>> AllowedOrigins::Headers(
    const HttpRequest& request) const {
  if (patterns_.empty()) return {{std::string(kAllowOrigin), "*"}};
  // The same for everybody, so that caches may keep the answer.
  if (patterns_.size() == 1 && patterns_.front().is_exact()) {
    return {{std::string(kAllowOrigin), patterns_.front().text()}};
  }
  std::vector<std::pair<std::string, std::string>> headers{{"Vary", "Origin"}};
  const std::string_view origin = OriginOf(request);
  if (!origin.empty() && Allow(request)) headers.emplace_back(kAllowOrigin, origin);
  return headers;
}

}  // namespace pigeonhub::net
