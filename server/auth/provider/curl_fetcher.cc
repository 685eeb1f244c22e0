// SPDX-License-Identifier: Apache-2.0

#include "server/auth/provider/curl_fetcher.h"

#include <curl/curl.h>

#include <charconv>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/auth/token/jwks.h"
#include "server/base/address.h"
#include "server/base/text.h"

namespace pigeonhub::auth {
namespace {

constexpr std::chrono::milliseconds kMostTime{10'000};

struct Free {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// A part of the URL; empty if it has none.
std::string Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  return Owned<char>(text).get();
}

bool IsThisMachine(std::string host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host == "localhost" || IsLoopback(host);
}

bool IsPlain(std::string_view url) { return EqualsIgnoringCase(url.substr(0, 5), "http:"); }

// libcurl hands over what comes piece by piece; another count than it gave ends the transfer.
size_t Append(const char* bytes, size_t size, size_t count, void* text) {
  auto& out = *static_cast<std::string*>(text);
  const size_t added = size * count;
  if (out.size() + added > kLargestJwks) return 0;
  out.append(bytes, added);
  return added;
}

// libcurl asks about once a second.
int IsCancelled(void* cancelled, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(cancelled)->load() ? 1 : 0;
}

absl::Status Failed(absl::string_view why) { return absl::UnavailableError(why); }

std::string HeaderIn(CURL* handle, const char* name) {
  curl_header* header = nullptr;
  const bool found = curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
  return found ? header->value : "";
}

absl::Status CheckAnswer(CURL* handle) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return absl::OkStatus();
  if (status >= 300 && status < 400) {
    return Failed(absl::StrCat("it answers ", status,
                               ", and redirects are not followed; give the URL that it leads to"));
  }
  return Failed(absl::StrCat("it answers ", status));
}

}  // namespace

absl::Status CheckJwksUrl(std::string_view text) {
  const Owned<CURLU> url(curl_url());
  const std::string copy(text);
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, copy.c_str(), 0) != CURLUE_OK) {
    return absl::InvalidArgumentError("not a URL");
  }
  const std::string scheme = Part(url.get(), CURLUPART_SCHEME);
  if (scheme != "https" && (scheme != "http" || !IsThisMachine(Part(url.get(), CURLUPART_HOST)))) {
    return absl::InvalidArgumentError(
        "keys are fetched over https, or over http from this machine alone: on the way anybody "
        "could put keys of his own in their place");
  }
  if (!Part(url.get(), CURLUPART_USER).empty() || !Part(url.get(), CURLUPART_PASSWORD).empty()) {
    return absl::InvalidArgumentError("a URL of keys has no user name; they are public");
  }
  if (!Part(url.get(), CURLUPART_FRAGMENT).empty()) {
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

absl::StatusOr<FetchedJwks> CurlFetcher::Fetch() {
  const Owned<CURL> owned(curl_easy_init());
  CURL* const handle = owned.get();
  if (handle == nullptr) return Failed("libcurl cannot be used");
  FetchedJwks fetched;
  char problem[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(handle, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, IsPlain(url_) ? "http" : "https");
  // What is meant for this machine does not leave it.
  if (IsPlain(url_)) curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(kMostTime.count()));
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE, static_cast<long>(kLargestJwks));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);  // the process has many threads
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "pigeonhub");
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &fetched.text);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, IsCancelled);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &cancelled_);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, problem);
  const CURLcode code = curl_easy_perform(handle);
  if (code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED) {
    return Failed(absl::StrCat("it sends more than ", kLargestJwks / 1024, " KiB"));
  }
  if (code != CURLE_OK) return Failed(*problem != '\0' ? problem : curl_easy_strerror(code));
  if (absl::Status answer = CheckAnswer(handle); !answer.ok()) return answer;
  fetched.max_age = MaxAgeIn(HeaderIn(handle, "cache-control"));
  return fetched;
}

}  // namespace pigeonhub::auth
