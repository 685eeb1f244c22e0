// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/alarm.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "control/call/inside_stream.h"
#include "pigeonhub/hubs/v1/questions.pb.h"
#include "pigeonhub/peer_id.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// The streams that other hubs opened here. Thread-safe.
class FarStreams : public std::enable_shared_from_this<FarStreams> {
 public:
  static constexpr size_t kMost = 256;
  static constexpr size_t kMostOfOneHub = 64;
  // So long whoever asks waits for something to come.
  static constexpr Duration kPatience = std::chrono::seconds(2);
  // One that nobody asked of for so long is over.
  static constexpr Duration kKept = std::chrono::seconds(30);

  using OnAnswer = std::function<void(const hubs::v1::Answer& answer)>;

  // Whether one more stream of this hub may be opened.
  bool HasRoomFor(const PeerId& hub) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Its number.
  uint64_t Add(const PeerId& hub, std::shared_ptr<InsideStream> stream) ABSL_LOCKS_EXCLUDED(mutex_);
  // Calls `on_answer` once, on any thread.
  void Next(const PeerId& hub, uint64_t number, OnAnswer on_answer) ABSL_LOCKS_EXCLUDED(mutex_);
  void End(const PeerId& hub, uint64_t number) ABSL_LOCKS_EXCLUDED(mutex_);
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Stream {
    std::shared_ptr<InsideStream> stream;
    std::unique_ptr<grpc::Alarm> alarm = {};  // when it is over if nobody asks
  };
  using Key = std::pair<PeerId, uint64_t>;

  void KeepLocked(const Key& key, Stream& stream) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<Key, Stream> streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
