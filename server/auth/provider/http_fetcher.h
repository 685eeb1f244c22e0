// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "server/auth/provider/jwks_fetcher.h"
#include "server/web/http_client.h"

namespace pigeonhub::auth {

// INVALID_ARGUMENT, one line, unless it is an https URL, or an http URL of this machine, without a
// user name and a fragment.
absl::Status CheckJwksUrl(std::string_view url);

// What "max-age=600, must-revalidate" says; empty without max-age.
std::optional<Duration> MaxAgeIn(std::string_view cache_control);

// Fetches over HTTP.
class HttpFetcher final : public JwksFetcher {
 public:
  // `url` is one that CheckJwksUrl takes.
  explicit HttpFetcher(std::string url) : url_(std::move(url)) {}

  absl::StatusOr<FetchedJwks> Fetch() override;
  void Cancel() override { client_.Cancel(); }

 private:
  const std::string url_;
  web::HttpClient client_;
};

}  // namespace pigeonhub::auth
