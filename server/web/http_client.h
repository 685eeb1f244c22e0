// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace pigeonhub::web {

struct HttpRequest {
  std::string url;                   // one that HttpUrl takes
  std::vector<std::string> headers;  // "Name: value"
  std::optional<std::string> body;   // sent by POST; empty: it is a GET
  size_t most_bytes = 0;             // of the answer's body
  // The status alone matters: a body that is too long, too slow or breaks off is left.
  bool body_may_fail = false;
};

struct HttpAnswer {
  int status = 0;
  std::string body = {};
  std::string cache_control = {};  // headers; empty without them
  // How long, or until what date, it asks to be left alone; a day at most.
  std::chrono::seconds retry_after{};
};

// Calls others over HTTP with libcurl, one call after the other, over one connection where the
// other side keeps it. No redirect is followed: whom this program calls is configuration. https
// asks for a valid certificate, and goes through a proxy where HTTPS_PROXY names one.
class HttpClient {
 public:
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Waits for the answer, 10 s at most, and gives it whatever its status is. UNAVAILABLE says in
  // one line why there is none. By one thread at a time.
  absl::StatusOr<HttpAnswer> Exchange(const HttpRequest& request);

  // From any thread: the call that is under way and all later ones fail within about a second.
  void Cancel() { cancelled_ = true; }

 private:
  struct Free {
    void operator()(void* handle) const;
  };
  std::unique_ptr<void, Free> handle_;  // libcurl's; null before the first call
  std::atomic<bool> cancelled_ = false;
};

}  // namespace pigeonhub::web
