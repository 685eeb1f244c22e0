// SPDX-License-Identifier: Apache-2.0

#include <google/protobuf/util/time_util.h>

#include <limits>

#include "control/call/call.h"
#include "control/call/refused_stream.h"
#include "control/call/relayed_stream.h"
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
      const Parsed<Span> span = ParseSpan(*request);
      if (!span.ok()) return span.status;
      const EventSource& source = plane_.feed.source();
      v1::ListEventsRequest same = *request;
      same.clear_page_size();
      same.clear_page_token();
      const PageTokens tokens("events " + source.epoch + same.SerializeAsString());
      const Parsed<uint64_t> place = ParsePlace(tokens, request->page_token());
      if (!place.ok()) return place.status;
      const EventLog& log = plane_.feed.log();
      response->mutable_cursor()->set_epoch(source.epoch);
      response->mutable_cursor()->set_seq(log.next());
      response->set_oldest_kept(log.Read(1, 0, filter->rings()).first);
      const bool is_first = request->page_token().empty();
      uint64_t next = place.value;
      if (request->newest_first()) {
        if (is_first) next = log.next();
        if (ListBack(*filter, span.value, size.value, next, *response)) {
          response->set_next_page_token(tokens.Make(next));
        }
        return grpc::Status::OK;
      }
      if (is_first) {
        next = request->has_from_time() ? log.FirstSince(span.value.from, filter->rings())
                                        : response->oldest_kept();
      }
      if (List(*filter, span.value, size.value, next, *response)) {
        response->set_next_page_token(tokens.Make(next));
      }
      response->mutable_cursor()->set_seq(next);
      return grpc::Status::OK;
    };
    return Answer(plane_, context, "EventService/ListEvents", request, response, look);
  }

 private:
  Reactor* Watch(const grpc::CallbackServerContext& context,
                 const v1::WatchEventsRequest& request) {
    Principal caller;
    if (auto status = Admit(plane_, context, "EventService/WatchEvents", &caller); !status.ok()) {
      return new Refused(status);
    }
    if (auto status = CheckPayloads(context, request.filter()); !status.ok()) {
      return new Refused(status);
    }
    const auto filter = EventFilter::FromProto(request.filter());
    if (!filter.ok()) return new Refused(BadFilter(filter.status()));
    if (!MeansThisHub(plane_, request.hub_id())) {
      return RelayStream<grpc::ByteBuffer>(plane_, "EventService/WatchEvents", caller, request,
                                           v1::WatchEventsResponse());
    }
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

  // The time that a list is of.
  struct Span {
    UnixMillis from = std::numeric_limits<UnixMillis>::min();
    UnixMillis until = std::numeric_limits<UnixMillis>::max();
    bool Has(const Event& event) const { return event.unix_ms >= from && event.unix_ms < until; }
  };

  static Parsed<Span> ParseSpan(const v1::ListEventsRequest& request) {
    Span span;
    if (request.has_from_time()) {
      if (!IsValid(request.from_time())) return InvalidField("from_time", "is no time");
      span.from = TimeUtil::TimestampToMilliseconds(request.from_time());
    }
    if (request.has_until_time()) {
      if (!IsValid(request.until_time())) return InvalidField("until_time", "is no time");
      span.until = TimeUtil::TimestampToMilliseconds(request.until_time());
    }
    return span;
  }

  void AddGap(uint64_t missing, uint64_t resume, v1::ListEventsResponse& response) const {
    if (missing == 0) return;
    v1::Gap& gap = *response.add_gaps();
    gap.set_missing(missing);
    gap.mutable_resume()->set_epoch(plane_.feed.source().epoch);
    gap.mutable_resume()->set_seq(resume);
  }

  // Whether it stands on the page, or would if the page were not full.
  enum class Fit { kOther, kAdded, kFull };
  Fit Add(const Event& event, const EventFilter& filter, const Span& span, size_t size,
          v1::ListEventsResponse& response) const {
    if (!span.Has(event) || !filter.Matches(event)) return Fit::kOther;
    if (response.events_size() == static_cast<int>(size)) return Fit::kFull;
    *response.add_events() = ToProto(event, plane_.feed.source(), filter.with_payloads());
    return Fit::kAdded;
  }

  static constexpr size_t kBatch = 256;

  // Fills a page with events from `next` on, and the gaps between them, and moves `next` behind the
  // last one. True when more match.
  bool List(const EventFilter& filter, const Span& span, size_t size, uint64_t& next,
            v1::ListEventsResponse& response) const {
    for (;;) {
      const EventLog::Batch batch = plane_.feed.log().Read(next, kBatch, filter.rings());
      AddGap(batch.lost, batch.first, response);
      next = batch.first;
      for (const Event& event : batch.events) {
        if (Add(event, filter, span, size, response) == Fit::kFull) return true;
        next = event.seq + 1;
      }
      if (batch.events.empty()) {
        next = batch.next;
        return false;
      }
    }
  }

  // The same backwards, below `next`.
  bool ListBack(const EventFilter& filter, const Span& span, size_t size, uint64_t& next,
                v1::ListEventsResponse& response) const {
    for (;;) {
      const uint64_t above = next;
      const EventLog::Batch batch = plane_.feed.log().ReadBack(next, kBatch, filter.rings());
      if (batch.events.empty()) return false;
      AddGap(batch.lost, above, response);
      next = batch.first + 1;  // the gap is told, also where the page is full
      for (const Event& event : batch.events) {
        if (Add(event, filter, span, size, response) == Fit::kFull) return true;
        next = event.seq;
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
