// SPDX-License-Identifier: Apache-2.0
//
// The door to the inside of a HubServer, for the program pigeonhub, which serves a control API. It
// is not installed: embedders have the methods of HubServer alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pigeonhub/hub_server.h"
#include "server/core/counters.h"
#include "server/core/limit_hits.h"
#include "server/runtime/event_log.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// A view of one server, which outlives it. Thread-safe.
class HubInternals {
 public:
  explicit HubInternals(HubServer& server) : impl_(*server.impl_) {}

  // A server that writes its log to `log` in the place of options.log, and leaves it to the caller
  // to log events. The log outlives the server.
  static std::unique_ptr<HubServer> Make(HubServerOptions options, Log& log);

  const Counters& counters() const;
  // The limits in force, and who came to them.
  LimitsReport Limits() const;

  // The events since the process started. Readers may come and go at will. The epoch is random and
  // tells this server's events from those of the one before it, whose numbers were the same.
  EventLog& events() const;
  const std::string& epoch() const;
  // Shows the signals that pass one of these filters as events: every signal of
  // a peer that a filter names, at most 500 a second of a namespace that a filter names, at most
  // 100 a second of all. At first none.
  void WatchSignals(std::vector<SignalFilter> filters) const;
  // Shows these handshakes as events: input.h. At first none.
  void WatchHandshakes(std::vector<HandshakeFilter> filters) const;
  // BootstrapSignaling events are made while somebody asks for them: each `true` has its `false`.
  void ShowBootstrapSignaling(bool show) const;
  void RecordAudit(Audit audit) const;

  // Figures of a part of the program around the server, which /metrics shows with its own. Null
  // takes them away, and waits for a scrape that is under way.
  void SetMoreMetrics(const std::string& part, MetricSource source) const;

 private:
  HubServer::Impl& impl_;
};

}  // namespace pigeonhub
