// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "control/call/control_plane.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

class HealthWatcher;

// grpc.health.v1, for viewers: whether a hub drains is nothing for strangers, who have /livez and
// /readyz over HTTP. gRPC's own health service knows no callers, and keeps as many streams open as
// they like. Here each stream has a place of its caller.
//
// Thread-safe.
class HealthService final : public grpc::health::v1::Health::CallbackService,
                            public grpc::HealthCheckServiceInterface {
 public:
  using Request = grpc::health::v1::HealthCheckRequest;
  using Response = grpc::health::v1::HealthCheckResponse;

  // Serves as a whole, and knows no service yet. `plane` outlives it.
  explicit HealthService(ControlPlane& plane);
  // After Shutdown and the last call.
  ~HealthService() override;

  void SetServingStatus(const std::string& service, bool serving) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The whole.
  void SetServingStatus(bool serving) override { SetServingStatus(std::string(), serving); }
  // Ends every stream with UNAVAILABLE; nobody can watch any more.
  void Shutdown() override ABSL_LOCKS_EXCLUDED(mutex_);

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context, const Request* request,
                                  Response* response) override;
  grpc::ServerWriteReactor<Response>* Watch(grpc::CallbackServerContext* context,
                                            const Request* request) override;

 private:
  friend class HealthWatcher;
  Response::ServingStatus StatusOf(const std::string& service) const ABSL_LOCKS_EXCLUDED(mutex_);
  void Remove(const std::shared_ptr<HealthWatcher>& watcher) ABSL_LOCKS_EXCLUDED(mutex_);

  ControlPlane& plane_;
  mutable Mutex mutex_;
  std::map<std::string, bool> serving_ ABSL_GUARDED_BY(mutex_);
  std::set<std::shared_ptr<HealthWatcher>> watchers_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace pigeonhub
