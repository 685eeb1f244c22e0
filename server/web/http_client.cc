// SPDX-License-Identifier: Apache-2.0

#include "server/web/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "server/base/text.h"

namespace pigeonhub::web {
namespace {

constexpr std::chrono::milliseconds kMostTime{10'000};
constexpr curl_off_t kADay = 24 * 60 * 60;
constexpr char kCancelled[] = "it had not answered when this program ended";

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Headers = std::unique_ptr<curl_slist, FreeList>;

Headers ListOf(const std::vector<std::string>& lines) {
  Headers list;
  for (const std::string& line : lines) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
  }
  return list;
}

bool IsPlain(std::string_view url) { return EqualsIgnoringCase(url.substr(0, 5), "http:"); }

struct Body {
  std::string text;
  size_t most;
};

// libcurl hands over what comes piece by piece; another count than it gave ends the transfer.
size_t Append(const char* bytes, size_t size, size_t count, void* to) {
  auto& body = *static_cast<Body*>(to);
  const size_t added = size * count;
  if (body.text.size() + added > body.most) return 0;
  body.text.append(bytes, added);
  return added;
}

// libcurl asks about once a second.
int IsCancelled(void* cancelled, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(cancelled)->load() ? 1 : 0;
}

absl::Status Failed(absl::string_view why) { return absl::UnavailableError(why); }

// Why a call has no answer. `problem` is what libcurl says, if it says anything.
absl::Status WhyNot(CURLcode code, const char* problem, size_t most_bytes) {
  switch (code) {
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED:
      return Failed(absl::StrCat("it sends more than ", most_bytes / 1024, " KiB"));
    case CURLE_ABORTED_BY_CALLBACK:
      return Failed(kCancelled);
    default:
      return Failed(*problem != '\0' ? problem : curl_easy_strerror(code));
  }
}

std::string HeaderIn(CURL* handle, const char* name) {
  curl_header* header = nullptr;
  const bool found = curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
  return found ? header->value : "";
}

}  // namespace

void HttpClient::Free::operator()(void* handle) const { curl_easy_cleanup(handle); }

absl::StatusOr<HttpAnswer> HttpClient::Exchange(const HttpRequest& request) {
  if (cancelled_) return Failed(kCancelled);
  if (handle_ == nullptr) handle_.reset(curl_easy_init());
  CURL* const handle = handle_.get();
  if (handle == nullptr) return Failed("libcurl cannot be used");
  curl_easy_reset(handle);  // which keeps the connection
  const Headers headers = ListOf(request.headers);
  Body body{{}, request.most_bytes};
  char problem[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, IsPlain(request.url) ? "http" : "https");
  // What goes without TLS is for this machine or a private network: no proxy gets it.
  if (IsPlain(request.url)) curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  if (request.body.has_value()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body->size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body->data());
  }
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(kMostTime.count()));
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE, static_cast<long>(request.most_bytes));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);  // the process has many threads
  // A name is looked up on a thread, which is not waited for when the time is over: servers of
  // names that are silent take half a minute.
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "pigeonhub");
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, IsCancelled);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &cancelled_);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, problem);
  const CURLcode code = curl_easy_perform(handle);
  // It points to what ends with this call.
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
  long status = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &retry_after);
  const bool has_answered = status >= 200 && request.body_may_fail;  // below that more comes
  if (code != CURLE_OK && !has_answered) return WhyNot(code, problem, request.most_bytes);
  return HttpAnswer{
      .status = static_cast<int>(status),
      .body = std::move(body.text),
      .cache_control = HeaderIn(handle, "cache-control"),
      .retry_after = std::chrono::seconds(std::clamp<curl_off_t>(retry_after, 0, kADay))};
}

}  // namespace pigeonhub::web
