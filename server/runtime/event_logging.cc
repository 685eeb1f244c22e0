// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_logging.h"

#include <string_view>
#include <variant>
#include <vector>

#include "server/base/duration.h"
#include "server/core/reason.h"

namespace pigeonhub {
namespace {

// Field values are counted in one of two widths; the events' own types are narrower.
uint64_t Wide(uint64_t number) { return number; }

// One line an event.
struct EventLine {
  Log& log;

  void operator()(const Started& e) const {
    log.Info("serving", {{"host", e.host}, {"port", Wide(e.port)}});
  }
  void operator()(const Stopped&) const { log.Info("stopped"); }
  // The part that started the server logs why it did not start.
  void operator()(const ServerError&) const {}

  void operator()(const PeerConnected& e) const {
    log.Debug("peer connected", {{"peer", e.peer.text()},
                                 {"address", e.address},
                                 {"connections", Wide(e.total_connections)}});
  }
  void operator()(const PeerDisconnected& e) const {
    log.Debug("peer disconnected", {{"peer", e.peer.text()},
                                    {"reason", ReasonName(e.reason)},
                                    {"code", Wide(e.code)},
                                    {"address", e.address},
                                    {"after", FormatDuration(e.connected_for)},
                                    {"messages", e.messages},
                                    {"bytes", e.bytes},
                                    {"connections", Wide(e.total_connections)}});
  }
  void operator()(const PeerRefused& e) const {
    log.Info("peer refused", {{"reason", ReasonName(e.reason)},
                              {"peer", e.peer},
                              {"address", e.address},
                              {"count", e.count}});
  }
  void operator()(const PeerAnnounced& e) const {
    log.Debug("peer announced",
              {{"peer", e.peer.text()}, {"namespace", NameOf(e.network)}, {"hub", e.is_hub}});
  }
  void operator()(const PeerGoodbye& e) const {
    log.Debug("peer said goodbye", {{"peer", e.peer.text()}});
  }
  void operator()(const PairConnected& e) const {
    log.Debug("pair connected", {{"peer", e.peer.text()}, {"other", e.other.text()}});
  }
  void operator()(const PairFailed& e) const {
    log.Debug("pair failed", {{"peer", e.peer.text()},
                              {"other", e.other.text()},
                              {"lost", e.report.kind == PairReport::Kind::kLost}});
  }
  void operator()(const PairRetried& e) const {
    log.Debug(
        "pair offers again",
        {{"peer", e.peer.text()}, {"other", e.other.text()}, {"after", FormatDuration(e.after)}});
  }

  void operator()(const HubRegistered& e) const {
    log.Info("hub registered", {{"peer", e.peer.text()}, {"hubs", Wide(e.total_hubs)}});
  }
  void operator()(const HubUnregistered& e) const {
    log.Info("hub unregistered", {{"peer", e.peer.text()}, {"hubs", Wide(e.total_hubs)}});
  }
  void operator()(const HubRefused& e) const {
    log.Warn("hub refused",
             {{"peer", e.peer.text()}, {"reason", ReasonName(e.reason)}, {"address", e.address}});
  }

  void operator()(const PeersLeft& e) const {
    log.Warn("many peers left at once", {{"peers", Wide(e.count)},
                                         {"within", FormatDuration(e.within)},
                                         {"most", ReasonName(e.reasons.front().first)},
                                         {"address", NameOfFirst(e.addresses)},
                                         {"namespace", NameOfFirst(e.networks)}});
  }

  void operator()(const LinkUp& e) const {
    if (e.plain_server) {
      log.Warn(
          "link up to a server that is no hub; it passes nothing on: start it with --hub, or "
          "dial a hub instead",
          {{"hub", e.peer.text()}});
      return;
    }
    log.Info("link up", {{"hub", e.peer.text()}});
  }
  void operator()(const LinkDown& e) const {
    log.Info("link down",
             {{"hub", e.peer.text()},
              {"withdrawn", Wide(e.withdrawn_peers)},
              {"reason", e.end ? ReasonName(e.end->reason) : std::string_view("no_longer_a_hub")},
              {"code", Wide(e.end ? e.end->code : 0)},
              {"after", FormatDuration(e.up_for)}});
  }
  void operator()(const BusUp& e) const { log.Info("bus up", {{"server", e.server}}); }
  void operator()(const BusDown& e) const { log.Warn("bus down", {{"why", e.reason}}); }
  void operator()(const HubLost& e) const {
    log.Warn("hub lost", {{"hub", e.hub.text()}, {"withdrawn", Wide(e.withdrawn_peers)}});
  }
  void operator()(const BootstrapConnected& e) const {
    log.Info("connected to hub", {{"uri", Whole(e.uri)}});
  }
  void operator()(const BootstrapDisconnected& e) const {
    if (e.intended) {
      log.Info("disconnected from hub", {{"uri", Whole(e.uri)}, {"why", Whole(e.reason)}});
      return;
    }
    log.Warn("no connection to hub",
             {{"uri", Whole(e.uri)}, {"code", Wide(e.code)}, {"why", Whole(e.reason)}});
  }
  void operator()(const HubDiscovered& e) const {
    log.Info("hub discovered", {{"hub", e.peer.text()}, {"via", e.via}});
  }
  void operator()(const BootstrapSignaling&) const {}
  // These events are for watchers who asked for them. The log does not repeat them.
  void operator()(const SignalRelayed&) const {}
  void operator()(const SignalDropped&) const {}
  void operator()(const HandshakeSeen&) const {}
  void operator()(const HandshakeHub&) const {}
  void operator()(const Audit& e) const {
    if (e.hub.empty()) {
      log.Record("control call", {{"method", e.method},
                                  {"principal", e.principal},
                                  {"object", e.object},
                                  {"outcome", e.outcome}});
    } else {
      log.Record("control call", {{"method", e.method},
                                  {"principal", e.principal},
                                  {"object", e.object},
                                  {"at_hub", e.hub},
                                  {"outcome", e.outcome}});
    }
  }

  void operator()(const NamespaceCreated& e) const {
    log.Debug("namespace created", {{"namespace", NameOf(e.network)}});
  }
  void operator()(const NamespaceRemoved& e) const {
    log.Debug("namespace removed", {{"namespace", NameOf(e.network)}});
  }

  void operator()(const LimitHit& e) const {
    log.Warn(e.ended ? "limit no longer hit" : "limit hit",
             {{"reason", ReasonName(e.reason)},
              {"count", e.count},
              {"total", e.total},
              {"address", NameOfFirst(e.addresses)},
              {"peer", NameOfFirst(e.peers)},
              {"namespace", NameOfFirst(e.networks)}});
  }
  void operator()(const DrainStarted& e) const {
    const std::string over = FormatDuration(e.over);
    if (e.attributes.empty()) {
      return log.Info("draining",
                      {{"over", std::string_view(over)}, {"connections", Wide(e.connections)}});
    }
    const std::string attributes = AttributesText(e.attributes);
    log.Info("draining some", {{"over", std::string_view(over)},
                               {"connections", Wide(e.connections)},
                               {"attributes", std::string_view(attributes)}});
  }
  void operator()(const DrainFinished& e) const {
    if (e.attributes.empty()) return log.Info("drained");
    const std::string attributes = AttributesText(e.attributes);
    log.Info("drained some", {{"attributes", std::string_view(attributes)}});
  }
  void operator()(const DrainCancelled&) const { log.Info("no longer draining"); }

 private:
  static std::string_view NameOf(const SharedText& network) {
    return network ? std::string_view(*network) : std::string_view();
  }
  // The most frequent one; empty if none is known.
  static std::string_view NameOfFirst(const std::vector<TallyRow>& rows) {
    return rows.empty() ? std::string_view() : std::string_view(rows.front().name);
  }
};

}  // namespace

void LogEvent(const Event& event, Log& log) { std::visit(EventLine{log}, event.body); }

void LogLostEvents(uint64_t count, Log& log) { log.Warn("events lost", {{"count", count}}); }

}  // namespace pigeonhub
