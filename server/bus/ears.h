// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "server/bus/figures.h"
#include "server/bus/nats_connection.h"
#include "server/bus/trouble_log.h"
#include "server/core/ids.h"
#include "server/core/mesh_message.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/mutex.h"
#include "server/wire/decode.h"

namespace pigeonhub::bus {

// What a connection hears becomes an input of the hub, until the ears are shut. The library's
// threads may call it later still.
class Ears final : public NatsListener {
 public:
  // `on_closed` is called once at most, with one line that says why the connection is over. The
  // references outlive the call of Shut.
  Ears(const PeerId& self, std::string server, Dispatcher& dispatcher, Figures& figures,
       TroubleLog& troubles, std::function<void(std::string_view)> on_closed);

  // The hub hears nothing any more once this returns. Must not be called by what this calls.
  void Shut() ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether it heard what this hub itself said: so all is well.
  bool heard_itself() const ABSL_LOCKS_EXCLUDED(mutex_);

  // NatsListener
  void OnMessage(std::string_view payload) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnTrouble(const absl::Status& trouble) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnClosed(std::string_view why) override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void NoteIfItself(const inbound::Message& message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const PeerId self_;
  const std::string server_;
  Dispatcher& dispatcher_;
  Figures& figures_;
  TroubleLog& troubles_;
  const std::function<void(std::string_view)> on_closed_;
  mutable Mutex mutex_;
  bool shut_ ABSL_GUARDED_BY(mutex_) = false;
  bool heard_itself_ ABSL_GUARDED_BY(mutex_) = false;
  wire::Decoder decoder_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub::bus
