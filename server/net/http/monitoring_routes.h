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

// What machines ask that watch over the hub. No browser asks, so the answers have no CORS headers:
//
//   /metrics  Prometheus text. It says much of a hub, so only the monitoring port has it
//   /livez    200 as long as the process answers, whatever other hubs do
//   /readyz   200 while peers are welcome, else 503 with one line that says why. Peers are also not
//             welcome while a limit turns every newcomer away
//
// Paths match exactly, whatever the query. Reads counters only, never the hub's lock. Thread-safe.
class MonitoringRoutes {
 public:
  // `metrics` is called on the thread that answers; it and `counters` outlive this.
  MonitoringRoutes(const Counters& counters, std::function<std::string()> metrics)
      : counters_(counters), metrics_(std::move(metrics)) {}

  Serving serving() const { return static_cast<Serving>(counters_.serving.value()); }

  static bool IsProbe(std::string_view path) { return path == "/livez" || path == "/readyz"; }

  // Answers every path. Empty: no such path here.
  std::optional<HttpResponse> Answer(const HttpRequest& request) const;
  // Answers /livez and /readyz alone.
  std::optional<HttpResponse> AnswerProbe(const HttpRequest& request) const;

 private:
  const Counters& counters_;
  const std::function<std::string()> metrics_;
};

}  // namespace pigeonhub::net
