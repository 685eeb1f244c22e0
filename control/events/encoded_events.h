// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "control/conversions/event_conversions.h"
#include "control/events/event_view.h"
#include "pigeonhub/event.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Events as the bytes that a WatchEvents stream sends. Most watchers read the newest events at
// about the same time. So this keeps the bytes of the newest events, and serializes each event once
// for all watchers. Thread-safe.
class EncodedEvents {
 public:
  // How many of the newest events are kept, each without and with payloads.
  static constexpr size_t kKept = 256;
  // Larger events are not kept, so that all of them take at most 2 MiB.
  static constexpr size_t kMaxKeptBytes = 4096;

  // `source` outlives this.
  explicit EncodedEvents(const EventSource& source) : source_(source) {}

  // A response with this event. Copies share their bytes.
  grpc::ByteBuffer Get(const Event& event, bool with_payloads) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Slot {
    uint64_t seq = 0;  // 0: empty
    grpc::ByteBuffer bytes;
  };
  // An event's place follows from its number. An older event never takes the place of a newer one.
  using Slots = std::array<Slot, kKept>;

  const EventSource& source_;
  Mutex mutex_;
  Slots without_payloads_ ABSL_GUARDED_BY(mutex_);
  Slots with_payloads_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
