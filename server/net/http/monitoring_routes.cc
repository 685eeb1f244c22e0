// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/monitoring_routes.h"

namespace pigeonhub::net {

std::optional<HttpResponse> NotReady(Serving serving) {
  switch (serving) {
    case Serving::kServing:
      break;
    case Serving::kDraining:
      return PlainAnswer(503, "not ready: draining");
    case Serving::kStopped:
      return PlainAnswer(503, "not ready: signaling is stopped");
  }
  return std::nullopt;
}

std::optional<HttpResponse> MonitoringRoutes::Answer(const HttpRequest& request) const {
  if (request.path() == "/metrics") {
    HttpResponse response;
    response.headers.emplace_back("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics_();
    return response;
  }
  return AnswerProbe(request);
}

std::optional<HttpResponse> MonitoringRoutes::AnswerProbe(const HttpRequest& request) const {
  if (request.path() == "/livez") return PlainAnswer(200, "alive");
  if (request.path() == "/readyz") {
    if (auto not_ready = NotReady(serving())) return not_ready;
    const auto why = static_cast<Reason>(counters_.turning_away.value());
    if (why == Reason::kCount) return PlainAnswer(200, "ready");
    return PlainAnswer(503,
                       "not ready: newcomers are turned away, " + std::string(ReasonName(why)));
  }
  return std::nullopt;
}

}  // namespace pigeonhub::net
