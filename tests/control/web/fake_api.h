// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

#include <atomic>
#include <memory>
#include <string>

namespace pigeonhub {

// Answers each call of the control API, knowing none: a unary method with the bytes of its request;
// EventService/WatchEvents with one empty message, and then nothing until it is cancelled, or with
// 8 KiB again and again if it is asked for something; TraceService/WatchHandshake with one empty
// message, and then ABORTED.
class FakeApi final : public grpc::CallbackGenericService {
 public:
  FakeApi();
  ~FakeApi() override;

  grpc::Server& server() { return *server_; }
  // Streams that are under way.
  int streams() const { return streams_; }

 private:
  class Reactor;
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

  std::atomic<int> streams_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace pigeonhub
