// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "control/access/access_list.h"
#include "control/access/inside_credential.h"
#include "server/runtime/mutex.h"

namespace grpc {
class Channel;
class ClientContext;
class Server;
}  // namespace grpc

namespace pigeonhub {

class InsideStream;

// Calls that this process makes to its own control API, by the name of the method and with bytes:
// for what comes in other ways than over gRPC. They run like all others: roles, audit, limits and
// deadlines are the services' own, and a new method needs nothing here. Thread-safe.
class InsideCalls {
 public:
  using Time = std::chrono::system_clock::time_point;
  struct Call {
    std::string method;   // pigeonhub.v1.PeerService/ListPeers
    std::string request;  // serialized
    Principal caller;     // who it is made for
    Time deadline = Time::max();
  };
  using OnAnswer = std::function<void(const grpc::Status& status, std::string response)>;

  InsideCalls();
  ~InsideCalls();
  InsideCalls(const InsideCalls&) = delete;
  InsideCalls& operator=(const InsideCalls&) = delete;

  // Before the first call. The server lives until Close.
  void Open(grpc::Server& server) ABSL_LOCKS_EXCLUDED(mutex_);
  // Calls `on_answer` once, on a thread of gRPC.
  void Ask(Call call, OnAnswer on_answer) ABSL_LOCKS_EXCLUDED(mutex_);
  // Of a method that answers with a stream.
  std::shared_ptr<InsideStream> Watch(Call call) ABSL_LOCKS_EXCLUDED(mutex_);
  // Cancels all calls, returns when they are over, and refuses new ones.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

  const InsideCredential& credential() const { return credential_; }

 private:
  friend class InsideStream;
  struct Unary;

  // Null after Close, and before Open. Else Ended follows.
  std::shared_ptr<grpc::Channel> Begin(grpc::ClientContext& context, const Call& call)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Ended(std::unique_ptr<grpc::ClientContext> context) ABSL_LOCKS_EXCLUDED(mutex_);

  const InsideCredential credential_;
  Mutex mutex_;
  std::condition_variable_any ended_;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<grpc::Channel> channel_ ABSL_GUARDED_BY(mutex_);
  std::set<grpc::ClientContext*> to_cancel_ ABSL_GUARDED_BY(mutex_);
  size_t under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace pigeonhub
