// SPDX-License-Identifier: Apache-2.0

#include <google/protobuf/util/time_util.h>

#include "control/call/call.h"
#include "control/call/refused_stream.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/events/event_watcher.h"
#include "control/services/services.h"
#include "pigeonhub/v1/event_service.grpc.pb.h"

namespace pigeonhub {
namespace {

using google::protobuf::util::TimeUtil;
using Reactor = grpc::ServerWriteReactor<EventFeed::Response>;

using Refused = RefusedStream<Reactor>;

Parsed<v1::WatchEventsRequest> ParseRequest(grpc::ByteBuffer bytes) {
  v1::WatchEventsRequest request;
  const grpc::Status status =
      grpc::SerializationTraits<v1::WatchEventsRequest>::Deserialize(&bytes, &request);
  if (!status.ok()) return InvalidField("request", "is no WatchEventsRequest");
  return request;
}

bool IsValid(const google::protobuf::Timestamp& time) {
  return time.seconds() >= TimeUtil::kTimestampMinSeconds &&
         time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

// "filter.kinds[0]: has 99, which is no event kind", as EventFilter says it.
RpcError BadFilter(const absl::Status& status) {
  const std::string_view message(status.message().data(), status.message().size());
  const size_t colon = message.find(": ");
  return InvalidField(message.substr(0, colon), message.substr(colon + 2));
}

// WatchEvents reads and writes bytes, so that each event is serialized once for all watchers.
using EventServiceBase = v1::EventService::WithRawCallbackMethod_WatchEvents<
    v1::EventService::WithCallbackMethod_ListEvents<v1::EventService::Service>>;

class EventService final : public EventServiceBase {
 public:
  explicit EventService(ControlPlane& plane) : plane_(plane) {}

  Reactor* WatchEvents(grpc::CallbackServerContext* context,
                       const grpc::ByteBuffer* bytes) override {
    const Parsed<v1::WatchEventsRequest> request = ParseRequest(*bytes);
    if (!request.ok()) return new Refused(request.status);
    return Watch(*context, request.value);
  }

  grpc::ServerUnaryReactor* ListEvents(grpc::CallbackServerContext* context,
                                       const v1::ListEventsRequest* request,
                                       v1::ListEventsResponse* response) override {
    const auto look = [=, this]() -> grpc::Status {
      const Parsed<size_t> size = ParsePageSize(request->page_size());
      if (!size.ok()) return size.status;
      if (auto status = CheckPayloads(*context, request->filter()); !status.ok()) return status;
      const auto filter = EventFilter::FromProto(request->filter());
      if (!filter.ok()) return BadFilter(filter.status());
      const EventSource& source = plane_.feed.source();
      const PageTokens tokens("events " + source.epoch + request->filter().SerializeAsString());
      const Parsed<uint64_t> place = ParsePlace(tokens, request->page_token());
      if (!place.ok()) return place.status;
      response->set_oldest_kept(plane_.feed.log().Read(1, 0, filter->rings()).first);
      uint64_t next = request->page_token().empty() ? response->oldest_kept() : place.value;
      if (List(*filter, size.value, next, *response)) {
        response->set_next_page_token(tokens.Make(next));
      }
      response->mutable_cursor()->set_epoch(source.epoch);
      response->mutable_cursor()->set_seq(next);
      return grpc::Status::OK;
    };
    return Answer(plane_, context, "EventService/ListEvents", request, look);
  }

 private:
  Reactor* Watch(const grpc::CallbackServerContext& context,
                 const v1::WatchEventsRequest& request) {
    Principal caller;
    if (auto status = Admit(plane_, context, "EventService/WatchEvents", request.hub_id(), &caller);
        !status.ok()) {
      return new Refused(status);
    }
    if (auto status = CheckPayloads(context, request.filter()); !status.ok()) {
      return new Refused(status);
    }
    const auto filter = EventFilter::FromProto(request.filter());
    if (!filter.ok()) return new Refused(BadFilter(filter.status()));
    const Parsed<EventFeed::Start> start = ParseStart(request, filter->rings());
    if (!start.ok()) return new Refused(start.status);
    StreamPlaces::Place place;
    if (auto status = TakePlace(plane_, "pigeonhub.v1.EventService/WatchEvents", caller, place);
        !status.ok()) {
      return new Refused(status);
    }
    const auto watcher = plane_.feed.Watch(std::move(place), start.value, *filter);
    if (watcher.ok()) return *watcher;
    const auto why = watcher.status().message();
    return new Refused({grpc::StatusCode::UNAVAILABLE, {why.data(), why.size()}});
  }

  // A viewer may not see payloads, because they contain addresses of peers.
  grpc::Status CheckPayloads(const grpc::CallbackServerContext& context,
                             const v1::EventFilter& filter) const {
    if (!filter.signal_payloads()) return grpc::Status::OK;
    return CheckRole(plane_, context, "filter.signal_payloads", Role::kOperator, nullptr);
  }

  Parsed<EventFeed::Start> ParseStart(const v1::WatchEventsRequest& request,
                                      EventRings rings) const {
    const EventLog& log = plane_.feed.log();
    switch (request.start_case()) {
      case v1::WatchEventsRequest::kFrom: {
        const v1::EventCursor& from = request.from();
        // A cursor without an epoch means this run of the hub.
        if (!from.epoch().empty() && from.epoch() != plane_.feed.source().epoch) {
          return EventFeed::Start{log.oldest(rings), true};
        }
        if (from.seq() > log.next()) {
          return InvalidField("from.seq", "has not been given to an event; the next one is " +
                                              std::to_string(log.next()));
        }
        return EventFeed::Start{std::max<uint64_t>(from.seq(), 1), false};
      }
      case v1::WatchEventsRequest::kFromTime:
        if (!IsValid(request.from_time())) return InvalidField("from_time", "is no time");
        return EventFeed::Start{
            log.FirstSince(TimeUtil::TimestampToMilliseconds(request.from_time()), rings), false};
      case v1::WatchEventsRequest::kEarliest:
        if (!request.earliest()) break;
        return EventFeed::Start{log.oldest(rings), false};
      case v1::WatchEventsRequest::kNow:
      case v1::WatchEventsRequest::START_NOT_SET:
        break;
    }
    return EventFeed::Start{log.next(), false};
  }

  // Fills a page with events from `next` on, and the gaps between them, and moves `next` behind the
  // last one. True when more match.
  bool List(const EventFilter& filter, size_t size, uint64_t& next,
            v1::ListEventsResponse& response) const {
    constexpr size_t kBatch = 256;
    for (;;) {
      const EventLog::Batch batch = plane_.feed.log().Read(next, kBatch, filter.rings());
      if (batch.lost > 0) {
        v1::Gap& gap = *response.add_gaps();
        gap.set_missing(batch.lost);
        gap.mutable_resume()->set_epoch(plane_.feed.source().epoch);
        gap.mutable_resume()->set_seq(batch.first);
      }
      next = batch.first;
      for (const Event& event : batch.events) {
        if (filter.Matches(event)) {
          if (response.events_size() == static_cast<int>(size)) return true;
          *response.add_events() = ToProto(event, plane_.feed.source(), filter.with_payloads());
        }
        next = event.seq + 1;
      }
      if (batch.events.empty()) {
        next = batch.next;
        return false;
      }
    }
  }

  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeEventService(ControlPlane& plane) {
  return std::make_unique<EventService>(plane);
}

}  // namespace pigeonhub
