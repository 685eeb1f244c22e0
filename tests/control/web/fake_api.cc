// SPDX-License-Identifier: Apache-2.0

#include "tests/control/web/fake_api.h"

#include <grpcpp/server_builder.h>

#include "absl/base/thread_annotations.h"
#include "control/call/bytes.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

class FakeApi::Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(const std::string& method, std::atomic<int>& streams)
      : watches_(method.ends_with("/WatchEvents")),
        aborts_(method.ends_with("/WatchHandshake")),
        streams_(streams) {
    ++streams_;
    StartRead(&request_);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return End(grpc::Status::CANCELLED);
    floods_ = watches_ && request_.Length() > 0;
    answer_ = ToByteBuffer(floods_ ? std::string(8192, 'x') : aborts_ ? "" : ToString(request_));
    StartWrite(&answer_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return End(grpc::Status::CANCELLED);
    if (floods_) return StartWrite(&answer_);
    if (!watches_) {
      End(aborts_ ? grpc::Status(grpc::StatusCode::ABORTED, "enough") : grpc::Status::OK);
      return;
    }
    MutexLock lock(mutex_);
    waits_ = true;
    if (cancelled_) EndLocked(grpc::Status::CANCELLED);
  }
  void OnCancel() override {
    MutexLock lock(mutex_);
    cancelled_ = true;
    if (waits_) EndLocked(grpc::Status::CANCELLED);
  }
  void OnDone() override {
    --streams_;
    delete this;
  }

  void End(const grpc::Status& status) {
    MutexLock lock(mutex_);
    EndLocked(status);
  }
  void EndLocked(const grpc::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (ended_) return;
    ended_ = true;
    Finish(status);
  }

  const bool watches_;
  const bool aborts_;
  std::atomic<int>& streams_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer answer_;
  bool floods_ = false;
  Mutex mutex_;
  bool waits_ ABSL_GUARDED_BY(mutex_) = false;  // for its cancellation
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

FakeApi::FakeApi() {
  grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(this);
  server_ = builder.BuildAndStart();
}

FakeApi::~FakeApi() { server_->Shutdown(); }

grpc::ServerGenericBidiReactor* FakeApi::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return new Reactor(context->method(), streams_);
}

}  // namespace pigeonhub
