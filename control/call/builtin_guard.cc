// SPDX-License-Identifier: Apache-2.0

#include "control/call/builtin_guard.h"

#include <grpcpp/support/interceptor.h>
#include <grpcpp/support/server_interceptor.h>

#include <memory>
#include <string_view>

#include "control/call/call.h"

namespace pigeonhub {
namespace {

using grpc::experimental::InterceptionHookPoints;

// An interceptor cannot refuse a call; it can only change the answer. So this one empties the
// message and replaces the status. That is enough for methods that change nothing and have one
// answer; a stream would stay open.
class Guard final : public grpc::experimental::Interceptor {
 public:
  Guard(const ControlPlane& plane, grpc::experimental::ServerRpcInfo& call)
      : plane_(plane), call_(call) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_MESSAGE) &&
        !Check().ok()) {
      if (grpc::ByteBuffer* const message = batch->GetSerializedSendMessage()) *message = {};
    }
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      if (const grpc::Status status = Check(); !status.ok()) batch->ModifySendStatus(status);
    }
    batch->Proceed();
  }

 private:
  // The table of RPCs does not have gRPC's own methods. They need the role viewer, as reading does.
  grpc::Status Check() {
    return CheckRole(plane_, *call_.server_context(), call_.method(), Role::kViewer, nullptr);
  }

  const ControlPlane& plane_;
  grpc::experimental::ServerRpcInfo& call_;
};

class GuardFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit GuardFactory(const ControlPlane& plane) : plane_(plane) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* call) override {
    const bool guarded = std::string_view(call->method()).starts_with("/grpc.");
    return guarded ? new Guard(plane_, *call) : nullptr;  // gRPC owns it
  }

 private:
  const ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeBuiltinGuard(
    const ControlPlane& plane) {
  return std::make_unique<GuardFactory>(plane);
}

}  // namespace pigeonhub
