// SPDX-License-Identifier: Apache-2.0

#include "server/auth/provider/http_fetcher.h"

#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/auth/token/jwks.h"
#include "server/base/text.h"
#include "server/web/http_url.h"

namespace pigeonhub::auth {

absl::Status CheckJwksUrl(std::string_view text) {
  const auto url = web::HttpUrl::Parse(text);
  if (!url.ok()) return url.status();
  if (!url->secure && !url->is_this_machine) {
    return absl::InvalidArgumentError(
        "keys are fetched over https, or over http from this machine alone: on the way anybody "
        "could put keys of his own in their place");
  }
  if (url->has_user) {
    return absl::InvalidArgumentError("a URL of keys has no user name; they are public");
  }
  if (url->has_fragment) {
    return absl::InvalidArgumentError("a URL of keys has no fragment (#…)");
  }
  return absl::OkStatus();
}

std::optional<Duration> MaxAgeIn(std::string_view cache_control) {
  const absl::string_view header(cache_control.data(), cache_control.size());
  for (const absl::string_view part : absl::StrSplit(header, ',')) {
    const std::string_view directive = Trimmed({part.data(), part.size()});
    constexpr std::string_view kName = "max-age=";
    if (!EqualsIgnoringCase(directive.substr(0, kName.size()), kName)) continue;
    const std::string_view number = directive.substr(kName.size());
    uint32_t seconds = 0;  // more than a century
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), seconds);
    if (error == std::errc() && end == number.data() + number.size()) {
      return std::chrono::seconds(seconds);
    }
  }
  return std::nullopt;
}

absl::StatusOr<FetchedJwks> HttpFetcher::Fetch() {
  auto answer = client_.Exchange(
      {.url = url_, .headers = {}, .body = std::nullopt, .most_bytes = kLargestJwks});
  if (!answer.ok()) return answer.status();
  if (answer->status >= 300 && answer->status < 400) {
    return absl::UnavailableError(
        absl::StrCat("it answers ", answer->status,
                     ", and redirects are not followed; give the URL that it leads to"));
  }
  if (answer->status != 200) {
    return absl::UnavailableError(absl::StrCat("it answers ", answer->status));
  }
  return FetchedJwks{.text = std::move(answer->body), .max_age = MaxAgeIn(answer->cache_control)};
}

}  // namespace pigeonhub::auth
