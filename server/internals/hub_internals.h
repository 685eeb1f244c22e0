// SPDX-License-Identifier: Apache-2.0
//
// The door to the inside of a HubServer, for the program pigeonhub, which serves a control API. It
// is not installed: embedders have the methods of HubServer alone.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pigeonhub/hub_server.h"
#include "server/core/counters.h"
#include "server/core/limit_hits.h"
#include "server/core/time.h"
#include "server/runtime/address_table.h"
#include "server/runtime/event_log.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// What the process of a hub uses: memory in bytes by what it is for, descriptors, and how late its
// I/O loops are.
struct ResourcesReport {
  uint64_t resident = 0;   // 0: the system does not tell
  uint64_t limit = 0;      // of memory; 0: none
  uint64_t queued = 0;     // towards peers
  uint64_t messages = 0;   // that have begun and are not complete
  uint64_t announced = 0;  // by peers
  uint64_t links = 0;      // towards other hubs
  uint64_t remote = 0;     // what other hubs tell
  uint64_t history = 0;    // of pairs, and of peers that left
  uint64_t open_descriptors = 0;
  uint64_t max_descriptors = 0;  // 0: no limit
  // How late 99 of 100 timers came at most within the last minute, and the latest one.
  Duration lag_p99{};
  Duration lag_max{};
};

// What one address has of the hub: see AddressTable::Row; and what the peers did that are connected
// from there now.
struct AddressReport {
  AddressTable::Row row;
  uint64_t messages = 0;
  uint64_t bytes = 0;  // in these
  uint64_t signals = 0;
  uint64_t queued = 0;  // towards them
};

// A view of one server, which outlives it. Thread-safe.
class HubInternals {
 public:
  explicit HubInternals(HubServer& server) : impl_(*server.impl_) {}

  // A server that writes its log to `log` in the place of options.log, and leaves it to the caller
  // to log events. The log outlives the server.
  static std::unique_ptr<HubServer> Make(HubServerOptions options, Log& log);

  const Counters& counters() const;
  // What the process uses.
  ResourcesReport Resources() const;
  // Every address that is known, in no order. Looks at all peers, some at a time.
  std::vector<AddressReport> Addresses() const;
  // Fills in how these connections are doing. `with_line`: the round trip, too, which costs a
  // system call for each.
  void LookAt(const std::vector<ConnectionState*>& connections, bool with_line) const;
  // The limits in force, and who came to them.
  LimitsReport Limits() const;

  // The events since the process started. Readers may come and go at will. The epoch is random and
  // tells this server's events from those of the one before it, whose numbers were the same.
  EventLog& events() const;
  const std::string& epoch() const;
  // From now on this part of the program watches the signals that pass one of these filters, and
  // not those that it watched before; without filters, as at first, none. They are events while any
  // part watches them: every signal of a peer that a filter names, at most 500 a second of a
  // namespace that a filter names, at most 100 a second of all.
  void WatchSignals(const std::string& part, std::vector<SignalFilter> filters) const;
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
