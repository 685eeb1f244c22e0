// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "server/base/nats_url.h"
#include "server/bus/bus.h"
#include "server/bus/ears.h"
#include "server/bus/figures.h"
#include "server/bus/nats_connection.h"
#include "server/bus/outbox.h"
#include "server/bus/reconnect.h"
#include "server/bus/subjects.h"
#include "server/bus/trouble_log.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::bus {

// A bus over NATS. Two threads: one of its own, which connects, says and hangs up, as all of that
// may block; and the library's, on which what is heard arrives (Ears).
class NatsBus final : public Bus, private Outlet {
 public:
  // `options` passed CheckBroker. See MakeBus.
  NatsBus(const BrokerOptions& options, unsigned shard, Dispatcher& dispatcher, Log& log);
  ~NatsBus() override;

  // Bus
  void Start(const PeerId& self, std::string_view hub_mesh_namespace) override;
  void Stop() override;
  void WaitUntilUp(Duration limit) override ABSL_LOCKS_EXCLUDED(mutex_);
  std::string last_error() const override { return troubles_.last(); }
  std::string denied() const override {
    return troubles_.said(absl::StatusCode::kPermissionDenied);
  }
  void AddMetrics(Exposition& out) const override { figures_.AddTo(out); }

 private:
  // Outlet
  bool Takes(const Publish& publish) override;
  void Deliver(Effects& effects) override;
  void Wake() override ABSL_LOCKS_EXCLUDED(mutex_);

  // All on the bus's own thread.
  void Run();
  void Connect();
  // Null, and told in the log, if there is no way to it.
  std::unique_ptr<NatsConnection> Open(const NatsUrl& server, const Access& access);
  // Until somebody wakes this thread, the connection is lost, or it is time to connect. Then
  // carries out what waits. False once the bus is to end.
  bool Await() ABSL_LOCKS_EXCLUDED(mutex_);
  void Say(const Publish& publish);
  void CountDropped();
  void HangUp() ABSL_LOCKS_EXCLUDED(mutex_);
  void SetUp(bool up) ABSL_LOCKS_EXCLUDED(mutex_);

  const BrokerOptions options_;
  const unsigned shard_;
  Dispatcher& dispatcher_;
  TroubleLog troubles_;
  Figures figures_;
  Outbox outbox_;

  // Of the bus's own thread, while it runs.
  PeerId self_;
  std::optional<Subjects> subjects_;
  std::vector<NatsUrl> servers_;
  Reconnect reconnect_;
  SteadyTime next_try_;
  std::shared_ptr<Ears> ears_;  // of the connection
  std::unique_ptr<NatsConnection> connection_;
  std::string down_;      // why the connection has to end; empty: it need not
  uint64_t dropped_ = 0;  // by this connection
  std::string text_;      // scratch

  Mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<std::string> lost_ ABSL_GUARDED_BY(mutex_);  // why the broker ended it
  bool up_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace pigeonhub::bus
