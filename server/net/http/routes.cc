// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/routes.h"

#include <chrono>
#include <utility>

#include "server/base/address.h"
#include "server/base/forwarding.h"
#include "server/core/hub.h"
#include "server/net/http/health_body.h"
#include "server/net/http/hubs.h"
#include "server/net/http/known_hubs.h"
#include "server/net/http/memory_use.h"
#include "server/net/http/program.h"

namespace pigeonhub::net {
namespace {

constexpr std::string_view kHealthPath = "/health";
constexpr std::string_view kHubsPath = "/hubs";
constexpr std::string_view kBanner = "PeerPigeon WebSocket Signaling Server";

// Whether the client is a program on this machine. Where others can connect nothing shows that.
bool IsOfThisMachine(const HttpRequest& request, Reach reach) {
  return reach == Reach::kThisMachine && IsLoopback(request.address) && !request.is_forwarded &&
         request.header && NamesThisMachine(request.header("Host"));
}

HttpResponse Json(std::string body) {
  return {.headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

}  // namespace

HttpRoutes::HttpRoutes(const Dispatcher& dispatcher, const Clock& clock, AllowedOrigins origins,
                       Reach reach, const MonitoringRoutes* monitoring, ProgramRoutes program)
    : dispatcher_(dispatcher),
      clock_(clock),
      origins_(std::move(origins)),
      reach_(reach),
      monitoring_(monitoring),
      program_(program),
      started_(clock.Read().steady) {}

bool HttpRoutes::Has(std::string_view path) {
  return path == kHealthPath || path == kHubsPath || MonitoringRoutes::IsProbe(path);
}

HttpResponse HttpRoutes::Answer(const HttpRequest& request) const {
  const bool preflight = request.method == "OPTIONS";
  if (!preflight && monitoring_ != nullptr) {
    if (auto probe = monitoring_->AnswerProbe(request)) return *std::move(probe);
  }
  HttpResponse response = Content(request, preflight);
  for (auto& header : origins_.Headers(request)) response.headers.push_back(std::move(header));
  if (preflight) {
    response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
    response.headers.emplace_back("Access-Control-Allow-Headers", "Content-Type, Authorization");
  }
  return response;
}

HttpResponse HttpRoutes::Content(const HttpRequest& request, bool preflight) const {
  const std::string_view path = request.path();
  const Now now = clock_.Read();
  const HubStats stats = dispatcher_.Read([](const Hub& hub) { return hub.Stats(); });
  if (path == kHealthPath) {
    if (preflight) return {};
    const std::chrono::duration<double> uptime = now.steady - started_;
    return Json(HealthBody(stats, uptime.count(), now.unix_ms, ReadMemoryUse()));
  }
  if (path == kHubsPath) {
    if (preflight) return {};
    const auto hubs = dispatcher_.Read([](const Hub& hub) { return KnownHubs(hub); });
    return Json(HubsBody(hubs, now.unix_ms,
                         IsOfThisMachine(request, reach_) ? HubFields::kAll : HubFields::kOfSeed));
  }
  if (auto not_ready = NotReady(stats.serving)) return *std::move(not_ready);
  if (preflight) return {};
  if (const auto route = program_.paths.find(path); route != program_.paths.end()) {
    return FromProgram(route->second(ForProgram(request)));
  }
  if (program_.others) return FromProgram(program_.others(ForProgram(request)));
  return {.headers = {{"Content-Type", "text/plain"}}, .body = std::string(kBanner)};
}

}  // namespace pigeonhub::net
