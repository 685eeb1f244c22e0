// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "pigeonhub/records.h"
#include "server/core/counters.h"
#include "server/net/http/message.h"

namespace pigeonhub::net {

// 503 with one line that says why peers are not welcome; empty: they are.
std::optional<HttpResponse> NotReady(Serving serving);

// What is asked by machines that watch over the hub, and by no browser, so without CORS headers:
//
//   /metrics  Prometheus text
//   /livez    200 as long as anything answers; a lost neighbour never fails it
//   /readyz   200 while peers are welcome, else 503 with one line that says why: also while every
//             newcomer is turned away for a limit
//
// Paths match exactly, whatever the query. Reads counters only, never the hub's lock. Thread-safe.
class MonitoringRoutes {
 public:
  // `metrics` is called on the thread that answers; it and `counters` outlive this.
  MonitoringRoutes(const Counters& counters, std::function<std::string()> metrics)
      : counters_(counters), metrics_(std::move(metrics)) {}

  Serving serving() const { return static_cast<Serving>(counters_.serving.value()); }

  static bool Has(std::string_view path) {
    return path == "/metrics" || path == "/livez" || path == "/readyz";
  }

  // Empty: no such path here.
  std::optional<HttpResponse> Answer(const HttpRequest& request) const;

 private:
  const Counters& counters_;
  const std::function<std::string()> metrics_;
};

}  // namespace pigeonhub::net
