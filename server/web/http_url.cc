// SPDX-License-Identifier: Apache-2.0

#include "server/web/http_url.h"

#include <curl/curl.h>

#include <memory>
#include <string>

#include "server/base/address.h"

namespace pigeonhub::web {
namespace {

struct Free {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(char* text) const { curl_free(text); }
};

// A part of the URL; empty if it has none.
std::string Part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  return std::unique_ptr<char, Free>(text).get();
}

bool IsThisMachine(std::string host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host == "localhost" || IsLoopback(host);
}

}  // namespace

absl::StatusOr<HttpUrl> HttpUrl::Parse(std::string_view text) {
  const std::unique_ptr<CURLU, Free> url(curl_url());
  const std::string copy(text);
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, copy.c_str(), 0) != CURLUE_OK) {
    return absl::InvalidArgumentError("not a URL");
  }
  const std::string scheme = Part(url.get(), CURLUPART_SCHEME);
  if (scheme != "https" && scheme != "http") {
    return absl::InvalidArgumentError("neither an https nor an http URL");
  }
  return HttpUrl{.secure = scheme == "https",
                 .is_this_machine = IsThisMachine(Part(url.get(), CURLUPART_HOST)),
                 .has_user = !Part(url.get(), CURLUPART_USER).empty() ||
                             !Part(url.get(), CURLUPART_PASSWORD).empty(),
                 .has_fragment = !Part(url.get(), CURLUPART_FRAGMENT).empty()};
}

}  // namespace pigeonhub::web
