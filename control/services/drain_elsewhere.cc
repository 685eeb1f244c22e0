// SPDX-License-Identifier: Apache-2.0

#include "control/services/drain_elsewhere.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "control/call/call.h"
#include "control/call/other_hubs.h"
#include "control/call/refused_stream.h"
#include "control/call/relayed_stream.h"
#include "control/services/drain_stream.h"

namespace pigeonhub {
namespace {

// The stream of a drain, which shows what becomes of it. Lives as long as the call.
class AuditedDrain final : public StreamOfHubs {
 public:
  AuditedDrain(ControlPlane& plane, const v1::DrainRequest& request, Principal caller,
               std::shared_ptr<StreamOfHubs> source)
      : plane_(plane),
        change_(DrainStream::ChangeOf(request, nothing_)),
        caller_(std::move(caller)),
        source_(std::move(source)) {}

  void Next(OnItem on_item) override {
    source_->Next([this, on_item = std::move(on_item)](std::optional<std::string> item,
                                                       const grpc::Status& end) {
      if (!item.has_value()) {
        Tell(end.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE, "no hub began") : end);
      } else if (HasBegun(*item)) {
        Tell(grpc::Status::OK);
      }
      on_item(std::move(item), end);
    });
  }
  void Cancel() override { source_->Cancel(); }

 private:
  static bool HasBegun(const std::string& item) {
    v1::DrainResponse response;
    return response.ParseFromString(item) && response.unreachable().empty();
  }
  void Tell(const grpc::Status& outcome) {
    if (!std::exchange(told_, true)) AuditElsewhere(plane_, change_, caller_, outcome);
  }

  ControlPlane& plane_;
  v1::DrainResponse nothing_;
  const Change change_;
  const Principal caller_;
  const std::shared_ptr<StreamOfHubs> source_;
  bool told_ = false;  // items come one at a time
};

}  // namespace

grpc::ServerWriteReactor<v1::DrainResponse>* DrainElsewhere(
    ControlPlane& plane, const grpc::CallbackServerContext& context,
    const v1::DrainRequest& request) {
  using Refused = RefusedStream<grpc::ServerWriteReactor<v1::DrainResponse>>;
  v1::DrainResponse nothing;
  const Change change = DrainStream::ChangeOf(request, nothing);
  Principal caller;
  grpc::Status status = AdmitChange(plane, context, change, caller);
  if (!status.ok()) return new Refused(status);
  StreamPlaces::Place place;
  status = TakePlace(plane, "pigeonhub.v1." + std::string(change.method), caller, place);
  if (!status.ok()) return new Refused(status);
  auto source = plane.other_hubs->Watch({change.method, caller, request, nothing, {}}, status);
  if (source == nullptr) {
    AuditElsewhere(plane, change, caller, status);
    return new Refused(status);
  }
  return new RelayedStream<v1::DrainResponse>(
      std::move(place),
      std::make_shared<AuditedDrain>(plane, request, std::move(caller), std::move(source)));
}

}  // namespace pigeonhub
