// SPDX-License-Identifier: Apache-2.0
#include "server/net/monitoring_routes.h"

#include "server/core/snapshot.h"

namespace pigeonhub::net {

std::optional<HttpResponse> MonitoringRoutes::Answer(const HttpRequest& request) const {
  if (request.target == "/metrics") {
    HttpResponse response;
    response.headers.emplace_back("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics_();
    return response;
  }
  if (request.target == "/livez") return PlainAnswer(200, "alive");
  if (request.target == "/readyz") {
    switch (static_cast<Serving>(counters_.serving.value())) {
      case Serving::kServing:
        return PlainAnswer(200, "ready");
      case Serving::kDraining:
        return PlainAnswer(503, "not ready: draining");
      case Serving::kStopped:
        return PlainAnswer(503, "not ready: signaling is stopped");
    }
  }
  return std::nullopt;
}

}  // namespace pigeonhub::net
