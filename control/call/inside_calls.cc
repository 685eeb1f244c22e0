// SPDX-License-Identifier: Apache-2.0

#include "control/call/inside_calls.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/server.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

#include "control/call/bytes.h"
#include "control/call/inside_stream.h"

namespace pigeonhub {
namespace {

const grpc::Status kClosed(grpc::StatusCode::UNAVAILABLE, "the hub stops");

}  // namespace

struct InsideCalls::Unary {
  std::unique_ptr<grpc::ClientContext> context = std::make_unique<grpc::ClientContext>();
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
};

InsideCalls::InsideCalls() = default;
InsideCalls::~InsideCalls() { Close(); }

void InsideCalls::Open(grpc::Server& server) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);  // the server has its limits
  MutexLock lock(mutex_);
  channel_ = server.InProcessChannel(arguments);
  open_ = true;
}

std::shared_ptr<grpc::Channel> InsideCalls::Begin(grpc::ClientContext& context, const Call& call) {
  credential_.AddTo(context, call.caller);
  if (call.deadline != Time::max()) context.set_deadline(call.deadline);
  MutexLock lock(mutex_);
  if (!open_) return nullptr;
  to_cancel_.insert(&context);
  ++under_way_;
  return channel_;
}

void InsideCalls::Ended(std::unique_ptr<grpc::ClientContext> context) {
  {
    MutexLock lock(mutex_);
    to_cancel_.erase(context.get());
  }
  // It has the channel, which must not end with it on this thread of gRPC: gRPC waits for the
  // thread then. So Close waits for this.
  context.reset();
  MutexLock lock(mutex_);
  --under_way_;
  ended_.notify_all();
}

void InsideCalls::Ask(Call call, OnAnswer on_answer) {
  const auto unary = std::make_shared<Unary>();
  const std::shared_ptr<grpc::Channel> channel = Begin(*unary->context, call);
  if (channel == nullptr) return on_answer(kClosed, {});
  unary->request = ToByteBuffer(call.request);
  grpc::GenericStub(channel).UnaryCall(
      unary->context.get(), '/' + call.method, {}, &unary->request, &unary->response,
      [this, unary, on_answer = std::move(on_answer)](const grpc::Status& status) mutable {
        on_answer(status, ToString(unary->response));
        on_answer = nullptr;  // what it holds may end after Close
        Ended(std::move(unary->context));
      });
}

std::shared_ptr<InsideStream> InsideCalls::Watch(Call call) {
  auto stream = std::make_shared<InsideStream>(*this);
  if (const auto channel = Begin(*stream->context_, call)) {
    stream->Start(channel, call);
  } else {
    stream->Refuse(kClosed);
  }
  return stream;
}

void InsideCalls::Close() {
  MutexLock lock(mutex_);
  open_ = false;
  for (grpc::ClientContext* context : to_cancel_) context->TryCancel();
  const auto all_ended = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return under_way_ == 0; };
  ended_.wait(mutex_, all_ended);
  channel_.reset();
}

}  // namespace pigeonhub
