// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/net/http.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"

namespace pigeonhub::net {

// Plain HTTP as the reference answers it: GET /health, GET /hubs, OPTIONS for CORS, and a banner
// for everything else. Methods other than OPTIONS are treated alike, and a path must match exactly:
// with a query string it gets the banner.
//
// Thread-safe.
class HttpRoutes {
 public:
  HttpRoutes(const Dispatcher& dispatcher, const Clock& clock, std::string cors_origin);

  HttpResponse Answer(const HttpRequest& request) const;

 private:
  const Dispatcher& dispatcher_;
  const Clock& clock_;
  const std::string cors_origin_;
  const SteadyTime started_;
};

}  // namespace pigeonhub::net
