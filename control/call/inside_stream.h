// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/client_callback.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "control/call/inside_calls.h"
#include "server/core/time.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// A stream of the control API that this process reads itself. It is read ahead a little, and then
// only as it is taken from. Thread-safe; lives until its call is over.
class InsideStream final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                           public std::enable_shared_from_this<InsideStream> {
 public:
  struct Taken {
    std::vector<std::string> messages;  // serialized
    std::optional<grpc::Status> end;    // behind them the stream is over
  };
  using OnTaken = std::function<void(Taken taken)>;

  explicit InsideStream(InsideCalls& calls) : calls_(calls) {}

  // What has come since the last call. If that is nothing it waits for the first message, until
  // `patience` is over; or until it is asked again, which it then answers in the place of this.
  void Take(Duration patience, OnTaken on_taken) ABSL_LOCKS_EXCLUDED(mutex_);
  void Cancel() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class InsideCalls;

  void Start(const std::shared_ptr<grpc::Channel>& channel, const InsideCalls::Call& call);
  void Refuse(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone(const grpc::Status& status) override ABSL_LOCKS_EXCLUDED(mutex_);

  // What the one who waits gets, if there is something; else nothing is to be called.
  std::function<void()> HandOverLocked(bool even_if_nothing) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReadOnLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnPatienceOver(uint64_t turn) ABSL_LOCKS_EXCLUDED(mutex_);

  InsideCalls& calls_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer incoming_;
  std::shared_ptr<InsideStream> self_;  // while the call is under way

  Mutex mutex_;
  // Null once the call is over.
  std::unique_ptr<grpc::ClientContext> context_ = std::make_unique<grpc::ClientContext>();
  std::vector<std::string> messages_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool no_more_ ABSL_GUARDED_BY(mutex_) = false;  // to read
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  OnTaken waiting_ ABSL_GUARDED_BY(mutex_);
  uint64_t turn_ ABSL_GUARDED_BY(mutex_) = 0;  // of the one who waits
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  int patience_ends_ ABSL_GUARDED_BY(mutex_) = 0;  // on so many threads, just now
  std::condition_variable_any patience_ended_;
};

}  // namespace pigeonhub
