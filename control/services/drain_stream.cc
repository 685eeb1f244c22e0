// SPDX-License-Identifier: Apache-2.0

#include "control/services/drain_stream.h"

#include <chrono>
#include <string>
#include <utility>

#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/record_conversions.h"
#include "control/services/signaling.h"

namespace pigeonhub {
namespace {

constexpr auto kBetweenReports = std::chrono::milliseconds(100);
constexpr int64_t kMaxSeconds = 24 * 60 * 60;

bool IsValid(const google::protobuf::Duration& over) {
  return over.seconds() >= 0 && over.seconds() <= kMaxSeconds && over.nanos() >= 0 &&
         over.nanos() < 1'000'000'000;
}

}  // namespace

Change DrainStream::ChangeOf(const v1::DrainRequest& request, v1::DrainResponse& response) {
  const std::string some =
      AttributesText({request.attributes().begin(), request.attributes().end()});
  return {"ServerService/Drain", some.empty() ? "signaling" : some, request, response};
}

DrainStream::DrainStream(ControlPlane& plane, const grpc::CallbackServerContext& context,
                         const v1::DrainRequest& request)
    : plane_(plane), context_(context), request_(request) {
  const Change change = ChangeOf(request_, answer_);
  if (auto status = AdmitChange(plane_, context_, change, caller_); !status.ok()) {
    Finish(status);
    return;
  }
  const bool posted = plane_.worker.Post([this, change] {
    const auto status = RunChange(plane_, context_, change, caller_, [this] { return Begin(); });
    if (!status.ok()) return Finish(status);
    progress_.set_total(answer_.total());
    Write(answer_.remaining(), /*done=*/false);
  });
  if (!posted) Finish(Busy());
}

grpc::Status DrainStream::Begin() {
  if (!IsValid(request_.over())) return InvalidField("over", "is not between 0 and 24 hours");
  const Duration over =
      request_.has_over() ? FromDuration(request_.over()) : plane_.settings.drain_timeout();
  Parsed<TokenAttributes> attributes = ParseAttributes(request_.attributes());
  if (!attributes.ok()) return attributes.status;
  attributes_ = std::move(attributes.value);
  const absl::StatusOr<size_t> leave =
      attributes_.empty() ? plane_.hub.Drain(over, ModeOf(request_))
                          : plane_.hub.DrainPeers(attributes_, over, ModeOf(request_));
  if (absl::IsAlreadyExists(leave.status())) {
    return RpcError(grpc::StatusCode::ALREADY_EXISTS, v1::REASON_DRAIN_IN_FORCE,
                    std::string(leave.status().message()) + "; end that one first");
  }
  if (!leave.ok()) return SignalingStopped("signaling", "there is nobody to drain");
  answer_.set_total(*leave);
  answer_.set_remaining(*leave);
  return grpc::Status::OK;
}

void DrainStream::OnWriteDone(bool ok) {
  if (!ok) return Finish({grpc::StatusCode::CANCELLED, "the caller left"});
  if (progress_.done() || request_.validate_only()) return Finish(grpc::Status::OK);
  LookLater();
}

// The operation that is under way ends soon. What follows it sees that the call is cancelled.
void DrainStream::OnCancel() { alarm_.Cancel(); }

void DrainStream::LookLater() {
  alarm_.Set(std::chrono::system_clock::now() + kBetweenReports, [this](bool /*ok*/) { Look(); });
}

void DrainStream::Look() {
  if (context_.IsCancelled()) return Finish({grpc::StatusCode::CANCELLED, "the caller left"});
  auto admitted = CheckStillAdmitted(plane_, "pigeonhub.v1.ServerService/Drain", caller_);
  if (!admitted.ok()) return Finish(admitted);
  const HubServerStats stats = plane_.hub.GetStats();
  const bool all = attributes_.empty();
  const auto remaining = static_cast<int64_t>(all ? stats.hub.connections : stats.hub.drained.left);
  if (!stats.is_running) return Write(0, /*done=*/true);
  const bool in_force =
      all ? stats.hub.serving != Serving::kServing : stats.hub.drained.attributes == attributes_;
  if (!in_force) {
    return Finish(RpcError(grpc::StatusCode::ABORTED, v1::REASON_SIGNALING_RUNNING,
                           all ? "the drain was ended before everybody had left; who is connected "
                                 "stays"
                               : "the drain was ended, or one of all took its place, before they "
                                 "had left")
                      .With("remaining", std::to_string(remaining)));
  }
  if (!all && remaining == 0) return Write(0, /*done=*/true);
  if (remaining == progress_.remaining()) return LookLater();
  Write(remaining, /*done=*/false);
}

void DrainStream::Write(int64_t remaining, bool done) {
  progress_.set_remaining(remaining);
  progress_.set_done(done);
  StartWrite(&progress_);
}

}  // namespace pigeonhub
