// SPDX-License-Identifier: Apache-2.0
#include "server/net/http_routes.h"

#include <chrono>
#include <utility>

#include "server/net/memory_use.h"
#include "server/wire/http.h"
#include "server/wire/known_hubs.h"

namespace pigeonhub::net {

HttpRoutes::HttpRoutes(const Dispatcher& dispatcher, const Clock& clock, std::string cors_origin,
                       const MonitoringRoutes* monitoring)
    : dispatcher_(dispatcher),
      clock_(clock),
      cors_origin_(std::move(cors_origin)),
      monitoring_(monitoring),
      started_(clock.Read().steady) {}

HttpResponse HttpRoutes::Answer(const HttpRequest& request) const {
  if (request.method != "OPTIONS") {
    if (monitoring_ == nullptr) {
      if (MonitoringRoutes::Has(request.target)) {
        return PlainAnswer(404, "this is served on the address of --metrics-listen");
      }
    } else if (auto answer = monitoring_->Answer(request)) {
      return *std::move(answer);
    }
  }
  HttpResponse response;
  response.headers.emplace_back("Access-Control-Allow-Origin", cors_origin_);
  if (request.method == "OPTIONS") {
    response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
    response.headers.emplace_back("Access-Control-Allow-Headers", "Content-Type, Authorization");
    return response;
  }
  const Now now = clock_.Read();
  if (request.target == "/health") {
    const HubStats stats = dispatcher_.Read([](const Hub& hub) { return hub.Stats(); });
    const std::chrono::duration<double> uptime = now.steady - started_;
    response.body = wire::HealthBody(stats, uptime.count(), now.unix_ms, ReadMemoryUse());
  } else if (request.target == "/hubs") {
    const auto hubs = dispatcher_.Read([](const Hub& hub) { return wire::KnownHubs(hub); });
    response.body = wire::HubsBody(hubs, now.unix_ms);
  } else {
    response.headers.emplace_back("Content-Type", "text/plain");
    response.body = wire::kBanner;
    return response;
  }
  response.headers.emplace_back("Content-Type", "application/json");
  return response;
}

}  // namespace pigeonhub::net
