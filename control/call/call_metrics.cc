// SPDX-License-Identifier: Apache-2.0

#include "control/call/call_metrics.h"

#include <grpcpp/support/interceptor.h>
#include <grpcpp/support/server_interceptor.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "control/access/roles.h"
#include "control/call/rpc_error.h"

namespace pigeonhub {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::ServerRpcInfo;

constexpr std::string_view kPackage = "/pigeonhub.v1.";
constexpr std::string_view kOther = "other";

// The method's name in the table of roles, which lasts as long as the program.
std::string_view LabelOf(std::string_view path) {
  if (!path.starts_with(kPackage)) return kOther;
  path.remove_prefix(kPackage.size());
  for (const MethodRole& row : MethodRoles()) {
    if (row.method == path) return row.method;
  }
  return kOther;
}

class Meter final : public grpc::experimental::Interceptor {
 public:
  Meter(CallMetrics& metrics, const ServerRpcInfo& call)
      : metrics_(metrics),
        method_(LabelOf(call.method())),
        is_stream_(call.type() != ServerRpcInfo::Type::UNARY) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      metrics_.Count(method_, batch->GetSendStatus().error_code(),
                     std::chrono::steady_clock::now() - started_, is_stream_);
    }
    batch->Proceed();
  }

 private:
  CallMetrics& metrics_;
  const std::string_view method_;
  const bool is_stream_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

class MeterFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit MeterFactory(CallMetrics& metrics) : metrics_(metrics) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(ServerRpcInfo* call) override {
    return new Meter(metrics_, *call);  // gRPC owns it
  }

 private:
  CallMetrics& metrics_;
};

}  // namespace

void CallMetrics::Count(std::string_view method, int code, Duration took, bool is_stream) {
  MutexLock lock(mutex_);
  Row& row = rows_[method];
  ++row.calls[static_cast<size_t>(std::clamp(code, 0, kCodes - 1))];
  if (!is_stream) row.seconds->Observe(std::chrono::duration<double>(took).count());
}

void CallMetrics::AddTo(Exposition& out) const {
  MutexLock lock(mutex_);
  for (const auto& [method, row] : rows_) {
    for (int code = 0; code < kCodes; ++code) {
      const uint64_t calls = row.calls[static_cast<size_t>(code)];
      if (calls == 0) continue;
      out.Counter("pigeonhub_grpc_calls_total", "Calls of the control API that ended.",
                  static_cast<double>(calls),
                  {{"method", std::string(method)}, {"code", std::string(CodeName(code))}});
    }
  }
  for (const auto& [method, row] : rows_) {
    out.Histogram("pigeonhub_grpc_call_seconds", "How long calls took that end with their answer.",
                  *row.seconds, {{"method", std::string(method)}});
  }
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeCallMeter(
    CallMetrics& metrics) {
  return std::make_unique<MeterFactory>(metrics);
}

}  // namespace pigeonhub
