// SPDX-License-Identifier: Apache-2.0

#include "tests/control/raw_call.h"

#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <vector>

namespace pigeonhub {

RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                  const std::string& request, const char* authorization, bool endless) {
  grpc::Slice slice(request);
  const grpc::ByteBuffer bytes(&slice, 1);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  if (authorization != nullptr) context.AddMetadata("authorization", authorization);

  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call = stub.PrepareCall(&context, path, &queue);
  call->StartCall(nullptr);
  wait();
  call->WriteLast(bytes, {}, nullptr);
  wait();
  RawAnswer answer;
  grpc::ByteBuffer first;
  call->Read(&first, nullptr);
  answer.answered = wait();
  if (answer.answered) {
    std::vector<grpc::Slice> slices;
    first.Dump(&slices).ok();
    for (const grpc::Slice& part : slices) {
      answer.message.append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
    if (endless) context.TryCancel();
  }
  call->Finish(&answer.status, nullptr);
  wait();
  queue.Shutdown();
  while (wait()) {
  }
  if (answer.answered && endless) answer.status = grpc::Status::OK;
  return answer;
}

int HealthOf(const std::shared_ptr<grpc::Channel>& channel, const std::string& service) {
  // HealthCheckRequest{service = 1} and HealthCheckResponse{status = 1} by hand: Debian has no
  // stub.
  const std::string request = "\x0a" + std::string(1, static_cast<char>(service.size())) + service;
  const RawAnswer answer = CallRaw(channel, "/grpc.health.v1.Health/Check", request);
  if (!answer.answered) return -1;
  return answer.message.size() == 2 ? answer.message[1] : 0;
}

}  // namespace pigeonhub
