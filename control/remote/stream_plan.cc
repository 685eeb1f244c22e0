// SPDX-License-Identifier: Apache-2.0

#include "control/remote/stream_plan.h"

#include <map>
#include <set>
#include <utility>

#include "control/call/other_hubs.h"
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
  std::vector<std::string> Take(const std::string& hub, const std::string& item) override {
    v1::WatchEventsResponse response;
    response.ParseFromString(item);
    Note(response, places_[hub]);
    response.set_hub_id(hub);
    return {NamedBy(hub, response)};
  }
  std::vector<std::string> Unreachable(const std::string& hub, const std::string& reason) override {
    v1::WatchEventsResponse response;
    response.set_hub_id(hub);
    return {TextOfUnreachable(hub, *response.mutable_unreachable(), reason, response)};
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

// Of one hub as it says. Of all hubs one message after the other has the sum of what each said
// last, from when all have said something.
class DrainPlan final : public StreamPlan {
 public:
  explicit DrainPlan(const v1::DrainRequest& request)
      : request_(request), of_all_(request.hub_id() == kAllHubs) {
    request_.clear_hub_id();
  }

  std::string RequestTo(const std::string& hub) override {
    awaited_.insert(hub);
    return request_.SerializeAsString();
  }
  std::vector<std::string> Take(const std::string& hub, const std::string& item) override {
    v1::DrainResponse response;
    response.ParseFromString(item);
    return Told(hub, std::move(response));
  }
  std::vector<std::string> Unreachable(const std::string& hub, const std::string& reason) override {
    if (!of_all_) {
      v1::DrainResponse response;
      response.set_hub_id(hub);
      return {TextOfUnreachable(hub, *response.add_unreachable(), reason, response)};
    }
    // How many it had when it was heard last stays in the sum.
    awaited_.erase(hub);
    AddUnreachable(hub, reason, unreachable_);
    return Together();
  }
  // A hub that has nobody left stops, and so leaves the mesh before it is heard to the end.
  std::vector<std::string> Lost(const std::string& hub, const std::string& reason,
                                bool said_its_end) override {
    const auto known = last_.find(hub);
    const bool has_nobody = known != last_.end() && known->second.remaining() == 0;
    if (!has_nobody && !said_its_end) return Unreachable(hub, reason);
    v1::DrainResponse end = known == last_.end() ? v1::DrainResponse() : known->second;
    end.set_remaining(0);
    end.set_done(true);
    return Told(hub, std::move(end));
  }
  bool goes_on() const override { return false; }

 private:
  std::vector<std::string> Told(const std::string& hub, v1::DrainResponse response) {
    awaited_.erase(hub);
    last_[hub] = std::move(response);
    return of_all_ ? Together() : std::vector<std::string>{NamedBy(hub, last_[hub])};
  }
  std::vector<std::string> Together() {
    if (!awaited_.empty() || last_.empty()) return {};
    v1::DrainResponse all = std::exchange(unreachable_, {});
    bool is_first = true;
    for (const auto& [hub, response] : last_) {
      v1::DrainResponse one = response;
      AddAnswer(hub, one, std::exchange(is_first, false), all);
    }
    return {all.SerializeAsString()};
  }

  v1::DrainRequest request_;
  const bool of_all_;
  std::set<std::string> awaited_;                  // that have said nothing yet
  std::map<std::string, v1::DrainResponse> last_;  // by hub
  v1::DrainResponse unreachable_;                  // those that nobody was told of yet
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
  std::vector<std::string> Take(const std::string& /*hub*/, const std::string& item) override {
    return {item};
  }
  std::vector<std::string> Unreachable(const std::string& hub, const std::string& reason) override {
    v1::WatchHandshakeResponse response;
    return {TextOfUnreachable(hub, *response.mutable_unreachable(), reason, response)};
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
