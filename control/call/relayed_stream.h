// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "control/call/bytes.h"
#include "control/call/call.h"
#include "control/call/other_hubs.h"
#include "control/call/refused_stream.h"
#include "control/events/stream_places.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Writes what comes of other hubs to whoever called, one item after the other. Response is a
// message, or bytes. Deletes itself.
template <typename Response>
class RelayedStream final : public grpc::ServerWriteReactor<Response> {
 public:
  RelayedStream(StreamPlaces::Place place, std::shared_ptr<StreamOfHubs> source)
      : source_(std::move(source)), place_(std::move(place)) {
    place_.EndsBy([this](const grpc::Status& why) { End(why); });
    GoOn();
  }

 private:
  void GoOn() {
    source_->Next([this](std::optional<std::string> item, const grpc::Status& end) {
      if (!item.has_value()) return this->Finish(WhyItEnds(end));
      if constexpr (std::is_same_v<Response, grpc::ByteBuffer>) {
        item_ = ToByteBuffer(*item);
      } else {
        item_.ParseFromString(*item);
      }
      this->StartWrite(&item_);
    });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) source_->Cancel();
    GoOn();
  }
  void OnCancel() override { source_->Cancel(); }
  void OnDone() override { delete this; }

  void End(const grpc::Status& why) ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      end_ = why;
    }
    source_->Cancel();
  }
  grpc::Status WhyItEnds(const grpc::Status& of_source) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return end_.value_or(of_source);
  }

  const std::shared_ptr<StreamOfHubs> source_;
  Response item_;
  Mutex mutex_;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);  // whatever the source says

  StreamPlaces::Place place_;  // the last
};

// The answer to an admitted call of a stream that means another hub, or all. `response` is an empty
// one.
template <typename Response>
grpc::ServerWriteReactor<Response>* RelayStream(ControlPlane& plane, std::string_view method,
                                                const Principal& caller,
                                                const google::protobuf::Message& request,
                                                google::protobuf::Message&& response) {
  using Refused = RefusedStream<grpc::ServerWriteReactor<Response>>;
  StreamPlaces::Place place;
  grpc::Status status = TakePlace(plane, "pigeonhub.v1." + std::string(method), caller, place);
  if (!status.ok()) return new Refused(status);
  auto source = plane.other_hubs->Watch({method, caller, request, response, {}}, status);
  if (source == nullptr) return new Refused(status);
  return new RelayedStream<Response>(std::move(place), std::move(source));
}

}  // namespace pigeonhub
