// SPDX-License-Identifier: Apache-2.0

#include "control/remote/stream_plan.h"

#include <map>

#include "control/remote/merge.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "pigeonhub/v1/trace_service.pb.h"

namespace pigeonhub {
namespace {

template <typename Response>
std::string NamedBy(const std::string& hub, Response& response) {
  NameHub(hub, response);
  return response.SerializeAsString();
}

template <typename Response>
std::string TextOfUnreachable(const std::string& hub, v1::UnreachableHub& unreachable,
                              const std::string& reason, const Response& response) {
  unreachable.set_hub_id(hub);
  unreachable.set_reason(reason);
  return response.SerializeAsString();
}

class EventsPlan final : public StreamPlan {
 public:
  explicit EventsPlan(const v1::WatchEventsRequest& request) : request_(request) {
    for (const v1::HubCursor& from : request.from_hubs()) places_[from.hub_id()] = from.cursor();
    request_.clear_from_hubs();
    request_.clear_hub_id();
  }

  std::string RequestTo(const std::string& hub) override {
    v1::WatchEventsRequest request = request_;
    if (const auto place = places_.find(hub); place != places_.end()) {
      *request.mutable_from() = place->second;
    }
    return request.SerializeAsString();
  }
  std::string Take(const std::string& hub, const std::string& item) override {
    v1::WatchEventsResponse response;
    response.ParseFromString(item);
    Note(response, places_[hub]);
    response.set_hub_id(hub);
    return NamedBy(hub, response);
  }
  std::string Unreachable(const std::string& hub, const std::string& reason) override {
    v1::WatchEventsResponse response;
    response.set_hub_id(hub);
    return TextOfUnreachable(hub, *response.mutable_unreachable(), reason, response);
  }
  bool goes_on() const override { return true; }

 private:
  // Where to go on behind it.
  static void Note(const v1::WatchEventsResponse& response, v1::EventCursor& place) {
    switch (response.item_case()) {
      case v1::WatchEventsResponse::kEvent:
        place.set_epoch(response.event().epoch());
        place.set_seq(response.event().seq() + 1);
        return;
      case v1::WatchEventsResponse::kBookmark:
        place = response.bookmark().cursor();
        return;
      case v1::WatchEventsResponse::kGap:
        place = response.gap().resume();
        return;
      default:
        return;
    }
  }

  v1::WatchEventsRequest request_;
  std::map<std::string, v1::EventCursor> places_;  // by hub
};

class DrainPlan final : public StreamPlan {
 public:
  explicit DrainPlan(const v1::DrainRequest& request) : request_(request) {
    request_.clear_hub_id();
  }

  std::string RequestTo(const std::string& /*hub*/) override {
    return request_.SerializeAsString();
  }
  std::string Take(const std::string& hub, const std::string& item) override {
    v1::DrainResponse response;
    response.ParseFromString(item);
    std::string text = NamedBy(hub, response);
    last_[hub] = std::move(response);
    return text;
  }
  std::string Unreachable(const std::string& hub, const std::string& reason) override {
    v1::DrainResponse response;
    response.set_hub_id(hub);
    return TextOfUnreachable(hub, *response.add_unreachable(), reason, response);
  }
  // A hub that has nobody left stops, and so leaves the mesh before it is heard to the end.
  std::string Lost(const std::string& hub, const std::string& reason, bool said_its_end) override {
    v1::DrainResponse& last = last_[hub];
    const bool has_nobody = !last.hub_id().empty() && last.remaining() == 0;
    if (!has_nobody && !said_its_end) return Unreachable(hub, reason);
    last.set_hub_id(hub);
    last.set_remaining(0);
    last.set_done(true);
    return last.SerializeAsString();
  }
  bool goes_on() const override { return false; }

 private:
  v1::DrainRequest request_;
  std::map<std::string, v1::DrainResponse> last_;  // by hub
};

// Of one hub, which shows what all hubs see and says whose each step is.
class HandshakesPlan final : public StreamPlan {
 public:
  explicit HandshakesPlan(const v1::WatchHandshakeRequest& request) : request_(request) {
    request_.clear_hub_id();
  }

  std::string RequestTo(const std::string& /*hub*/) override {
    return request_.SerializeAsString();
  }
  std::string Take(const std::string& /*hub*/, const std::string& item) override { return item; }
  std::string Unreachable(const std::string& hub, const std::string& reason) override {
    v1::WatchHandshakeResponse response;
    return TextOfUnreachable(hub, *response.mutable_unreachable(), reason, response);
  }
  bool goes_on() const override { return false; }

 private:
  v1::WatchHandshakeRequest request_;
};

}  // namespace

std::unique_ptr<StreamPlan> StreamPlan::Of(const google::protobuf::Message& request) {
  if (const auto* events = dynamic_cast<const v1::WatchEventsRequest*>(&request)) {
    return std::make_unique<EventsPlan>(*events);
  }
  if (const auto* handshakes = dynamic_cast<const v1::WatchHandshakeRequest*>(&request)) {
    return std::make_unique<HandshakesPlan>(*handshakes);
  }
  return std::make_unique<DrainPlan>(dynamic_cast<const v1::DrainRequest&>(request));
}

}  // namespace pigeonhub
