// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/log_events.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "pigeonhub/event.h"
#include "server/core/reason.h"
#include "server/runtime/event_logging.h"

namespace pigeonhub {
namespace {

// What an operator does about a refused hub; empty where no flag or command helps.
std::string_view AdviceOn(Reason reason) {
  if (reason == Reason::kHubQuarantined) {
    return "hub refused; pigeonctl hubs release ends its quarantine";
  }
  if (reason == Reason::kHubNotAdmitted) {
    return "hub refused; a common --hub-key or --hub-allow with its id lets it in, "
           "--hub-admission open anyone";
  }
  return {};
}

void AdviseThePortForHubs(const HubRefused& refused, uint64_t port, Log& log) {
  log.Warn(
      "hub refused; it has to dial the port of --hub-listen, and a common --hub-key or "
      "--hub-allow with its id lets it in there",
      {{"peer", refused.peer.text()},
       {"reason", ReasonName(refused.reason)},
       {"address", refused.address},
       {"hub_port", port}});
}

}  // namespace

void LogEvents(HubServer& server, Log& log, Log& audit, std::function<bool(const Event&)> is_told) {
  server.OnAny([&server, &log, &audit, is_told = std::move(is_told)](const Event& event) {
    if (is_told && is_told(event)) return;
    const auto* refused = std::get_if<HubRefused>(&event.body);
    if (refused != nullptr && refused->reason == Reason::kHubNotAdmitted) {
      const std::vector<HubServer::Address> for_hubs = server.HubAddresses();
      // Whatever it shows, nobody becomes a hub at the port for peers.
      if (!for_hubs.empty()) return AdviseThePortForHubs(*refused, for_hubs.front().port, log);
    }
    const std::string_view advice =
        refused == nullptr ? std::string_view() : AdviceOn(refused->reason);
    if (!advice.empty()) {
      log.Warn(advice, {{"peer", refused->peer.text()},
                        {"reason", ReasonName(refused->reason)},
                        {"address", refused->address}});
    } else {
      LogEvent(event, std::holds_alternative<Audit>(event.body) ? audit : log);
    }
  });
  server.OnLostEvents([&log](uint64_t count) { LogLostEvents(count, log); });
}

}  // namespace pigeonhub
