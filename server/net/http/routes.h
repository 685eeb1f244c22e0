// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "pigeonhub/http.h"
#include "server/net/http/allowed_origins.h"
#include "server/net/http/message.h"
#include "server/net/http/monitoring_routes.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"

namespace pigeonhub::net {

// Who can connect to the port of the peers, by the address that is bound.
enum class Reach { kThisMachine, kOthers };

// Plain HTTP as the reference server answers it: GET /health, GET /hubs, OPTIONS for CORS, and a
// banner for every other path. Also the probes of the MonitoringRoutes, and the routes of the
// embedding program, which may have an answer of its own in the place of the banner. Methods other
// than OPTIONS are treated alike. A path must match exactly; the query is ignored.
//
// While peers are not welcome the other paths get 503 instead of the banner. Load balancers ask any
// path, with OPTIONS, too, and must not take the banner for a hub that serves.
//
// Thread-safe.
class HttpRoutes {
 public:
  // What the embedding program answers. Both outlive this object.
  struct ProgramRoutes {
    const std::map<std::string, Route, std::less<>>& paths;
    const Route& others;  // empty: the banner
  };

  // Whether the hub itself answers this path, so that the embedding program cannot.
  static bool Has(std::string_view path);

  // `reach` says who can connect. `monitoring` answers the probes, and outlives this object; null:
  // there are none.
  HttpRoutes(const Dispatcher& dispatcher, const Clock& clock, AllowedOrigins origins, Reach reach,
             const MonitoringRoutes* monitoring, ProgramRoutes program);

  HttpResponse Answer(const HttpRequest& request) const;

 private:
  // Without the headers for CORS; a preflight asks for nothing else.
  HttpResponse Content(const HttpRequest& request, bool preflight) const;

  const Dispatcher& dispatcher_;
  const Clock& clock_;
  const AllowedOrigins origins_;
  const Reach reach_;
  const MonitoringRoutes* const monitoring_;
  const ProgramRoutes program_;
  const SteadyTime started_;
};

}  // namespace pigeonhub::net
