// SPDX-License-Identifier: Apache-2.0

#include <memory>
#include <optional>
#include <utility>

#include "control/call/call.h"
#include "control/call/other_hubs.h"
#include "control/call/refused_stream.h"
#include "control/call/relayed_stream.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/handshake_conversions.h"
#include "control/events/event_view.h"
#include "control/services/services.h"
#include "pigeonhub/v1/trace_service.grpc.pb.h"

namespace pigeonhub {
namespace {

using Reactor = grpc::ServerWriteReactor<EventFeed::Response>;

using Refused = RefusedStream<Reactor>;

constexpr char kMethod[] = "pigeonhub.v1.TraceService/WatchHandshake";

// What a WatchHandshake stream shows.
class HandshakesShown final : public EventView {
 public:
  // Has one of the few places for such streams.
  HandshakesShown(HandshakeFilter filter, StreamPlaces::Place place)
      : filter_(std::move(filter)), place_(std::move(place)) {}

  EventRings rings() const override { return kHandshakeRing; }
  bool AddTo(Demand& demand) const override {
    demand.handshakes.push_back(filter_);
    return true;
  }
  std::optional<grpc::ByteBuffer> Show(const Event& event) const override {
    v1::WatchHandshakeResponse response;
    if (const auto* seen = std::get_if<HandshakeSeen>(&event.body)) {
      if (!Matches(*seen->step)) return std::nullopt;
      *response.mutable_step() = ToProto(*seen->step);
    } else if (const auto* hub = std::get_if<HandshakeHub>(&event.body)) {
      *response.mutable_hub() = ToProto(*hub);
    } else {
      return std::nullopt;
    }
    return Encoded(response);
  }
  grpc::ByteBuffer Show(const v1::Gap& gap) const override {
    v1::WatchHandshakeResponse response;
    *response.mutable_gap() = gap;
    return Encoded(response);
  }
  grpc::ByteBuffer Show(const v1::Bookmark& bookmark) const override {
    v1::WatchHandshakeResponse response;
    *response.mutable_bookmark() = bookmark;
    return Encoded(response);
  }

 private:
  // Others may watch other handshakes.
  bool Matches(const HandshakeStep& step) const {
    if (!filter_.pair.has_value()) {
      return step.network != nullptr && *step.network == filter_.network;
    }
    const auto& [one, other] = *filter_.pair;
    const auto is_one_of_them = [&](const PeerId& peer) { return peer == one || peer == other; };
    return is_one_of_them(step.from) &&
           (!step.to.has_value() || (is_one_of_them(*step.to) && *step.to != step.from));
  }

  const HandshakeFilter filter_;
  const StreamPlaces::Place place_;
};

Parsed<HandshakeFilter> ParseFilter(const v1::WatchHandshakeRequest& request) {
  const bool has_peers = !request.peer_id().empty() || !request.other_peer_id().empty();
  if (!has_peers) {
    if (request.namespace_().empty()) {
      return InvalidField("peer_id", "is missing, and so is a namespace; give two peers or that");
    }
    return HandshakeFilter{std::nullopt, request.namespace_()};
  }
  if (!request.namespace_().empty()) {
    return InvalidField("namespace", "stands beside two peers; give either");
  }
  Parsed<HandshakeFilter> refused{HandshakeFilter()};
  const Parsed<PeerId> peer = ParsePeerId(request.peer_id());
  const Parsed<PeerId> other = ParsePeerId(request.other_peer_id(), "other_peer_id");
  if (!peer.ok() || !other.ok()) {
    refused.status = peer.ok() ? other.status : peer.status;
    return refused;
  }
  if (peer.value == other.value) return InvalidField("other_peer_id", "is the same as peer_id");
  return HandshakeFilter{std::pair(peer.value, other.value), {}};
}

// The stream writes bytes, as that of events does.
using TraceServiceBase =
    v1::TraceService::WithRawCallbackMethod_WatchHandshake<v1::TraceService::Service>;

class TraceService final : public TraceServiceBase {
 public:
  explicit TraceService(ControlPlane& plane) : plane_(plane) {}

  Reactor* WatchHandshake(grpc::CallbackServerContext* context,
                          const grpc::ByteBuffer* bytes) override {
    v1::WatchHandshakeRequest request;
    grpc::ByteBuffer copy = *bytes;
    if (!grpc::SerializationTraits<v1::WatchHandshakeRequest>::Deserialize(&copy, &request).ok()) {
      return new Refused(InvalidField("request", "is no WatchHandshakeRequest"));
    }
    Principal caller;
    if (auto status = Admit(plane_, *context, "TraceService/WatchHandshake", &caller);
        !status.ok()) {
      return new Refused(status);
    }
    if (request.hub_id() != kAllHubs && !MeansThisHub(plane_, request.hub_id())) {
      return RelayStream<grpc::ByteBuffer>(plane_, "TraceService/WatchHandshake", caller, request,
                                           v1::WatchHandshakeResponse());
    }
    Parsed<HandshakeFilter> filter = ParseFilter(request);
    if (!filter.ok()) return new Refused(filter.status);
    StreamPlaces::Place place;
    if (auto status = TakePlace(plane_, kMethod, caller, place); !status.ok()) {
      return new Refused(status);
    }
    StreamPlaces::Place trace_place;
    if (auto status = TakePlace(plane_, plane_.trace_places, kMethod, caller, trace_place);
        !status.ok()) {
      return new Refused(status);
    }
    const EventFeed::Start now{plane_.feed.log().next(), false};
    const auto watcher = plane_.feed.Watch(
        std::move(place), now,
        std::make_unique<HandshakesShown>(std::move(filter.value), std::move(trace_place)));
    if (watcher.ok()) return *watcher;
    const auto why = watcher.status().message();
    return new Refused({grpc::StatusCode::UNAVAILABLE, {why.data(), why.size()}});
  }

 private:
  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeTraceService(ControlPlane& plane) {
  return std::make_unique<TraceService>(plane);
}

}  // namespace pigeonhub
