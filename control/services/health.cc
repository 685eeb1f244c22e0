// SPDX-License-Identifier: Apache-2.0

#include "control/services/health.h"

#include <optional>
#include <utility>

#include "control/call/call.h"
#include "control/call/refused_stream.h"
#include "control/call/requests.h"

namespace pigeonhub {
namespace {

constexpr size_t kLongestName = 128;
constexpr char kWatch[] = "grpc.health.v1.Health/Watch";
constexpr char kCheck[] = "grpc.health.v1.Health/Check";

grpc::Status ShuttingDown() { return {grpc::StatusCode::UNAVAILABLE, "the hub is shutting down"}; }

}  // namespace

// One stream. Writes what is true now, unless it wrote that last; never two messages at once.
// Thread-safe.
class HealthWatcher final : public grpc::ServerWriteReactor<HealthService::Response>,
                            public std::enable_shared_from_this<HealthWatcher> {
 public:
  HealthWatcher(HealthService& health, std::string service, StreamPlaces::Place place)
      : health_(health), service_(std::move(service)), place_(std::move(place)) {
    place_.EndsBy([this](const grpc::Status& why) { End(why); });
  }

  void Wake() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    AdvanceLocked();
  }
  void End(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (!end_) end_ = status;
    AdvanceLocked();
  }

 private:
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok && !end_) end_ = grpc::Status(grpc::StatusCode::CANCELLED, "the watcher left");
    AdvanceLocked();
  }
  void OnCancel() override { End({grpc::StatusCode::CANCELLED, "the watcher left"}); }
  void OnDone() override { health_.Remove(shared_from_this()); }

  void AdvanceLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_ || finished_) return;
    if (end_) {
      finished_ = true;
      return Finish(*end_);
    }
    const auto status = health_.StatusOf(service_);
    if (told_ == status) return;
    told_ = status;
    writing_ = true;
    response_.set_status(status);
    StartWrite(&response_);
  }

  HealthService& health_;
  const std::string service_;

  Mutex mutex_;
  HealthService::Response response_ ABSL_GUARDED_BY(mutex_);
  std::optional<HealthService::Response::ServingStatus> told_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;

  StreamPlaces::Place place_;  // the last
};

HealthService::HealthService(ControlPlane& plane) : plane_(plane), serving_{{"", true}} {}

HealthService::~HealthService() = default;

void HealthService::SetServingStatus(const std::string& service, bool serving) {
  std::set<std::shared_ptr<HealthWatcher>> watchers;
  {
    MutexLock lock(mutex_);
    serving_[service] = serving;
    watchers = watchers_;
  }
  for (const auto& watcher : watchers) watcher->Wake();
}

void HealthService::Shutdown() {
  std::set<std::shared_ptr<HealthWatcher>> watchers;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    watchers = watchers_;
  }
  for (const auto& watcher : watchers) watcher->End(ShuttingDown());
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* context,
                                               const Request* request, Response* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  grpc::Status status = CheckRole(plane_, *context, kCheck, Role::kViewer, nullptr);
  if (status.ok()) {
    response->set_status(StatusOf(request->service()));
    if (response->status() == Response::SERVICE_UNKNOWN) {
      status = {grpc::StatusCode::NOT_FOUND, "this hub has no service of that name"};
    }
  }
  reactor->Finish(status);
  return reactor;
}

grpc::ServerWriteReactor<HealthService::Response>* HealthService::Watch(
    grpc::CallbackServerContext* context, const Request* request) {
  using Refused = RefusedStream<grpc::ServerWriteReactor<Response>>;
  StreamPlaces::Place place;
  if (auto status = AdmitBuiltinStream(plane_, *context, kWatch, place); !status.ok()) {
    return new Refused(status);
  }
  if (request->service().size() > kLongestName) {
    return new Refused(InvalidField("service", "has more than 128 bytes"));
  }
  const auto watcher = std::make_shared<HealthWatcher>(*this, request->service(), std::move(place));
  {
    MutexLock lock(mutex_);
    if (closed_) return new Refused(ShuttingDown());
    watchers_.insert(watcher);
  }
  watcher->Wake();
  return watcher.get();
}

HealthService::Response::ServingStatus HealthService::StatusOf(const std::string& service) const {
  MutexLock lock(mutex_);
  const auto found = serving_.find(service);
  if (found == serving_.end()) return Response::SERVICE_UNKNOWN;
  return found->second ? Response::SERVING : Response::NOT_SERVING;
}

void HealthService::Remove(const std::shared_ptr<HealthWatcher>& watcher) {
  MutexLock lock(mutex_);
  watchers_.erase(watcher);
}

}  // namespace pigeonhub
