// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <utility>

#include "control/conversions/event_conversions.h"
#include "control/events/encoded_events.h"
#include "control/events/event_view.h"

namespace pigeonhub {

// The view of a WatchEvents stream: what passes a filter.
class FilteredEvents final : public EventView {
 public:
  // `encoded` outlives this.
  FilteredEvents(EventFilter filter, EncodedEvents& encoded)
      : filter_(std::move(filter)), encoded_(encoded) {}

  EventRings rings() const override { return filter_.rings(); }
  bool AddTo(Demand& demand) const override {
    const auto signals = filter_.signals();
    if (signals.has_value()) demand.signals.push_back(*signals);
    const bool bootstrap_signaling = filter_.Includes(v1::EVENT_KIND_BOOTSTRAP_SIGNALING);
    demand.bootstrap_signaling = demand.bootstrap_signaling || bootstrap_signaling;
    return signals.has_value() || bootstrap_signaling;
  }
  std::optional<grpc::ByteBuffer> Show(const Event& event) const override {
    if (!filter_.Matches(event)) return std::nullopt;
    return encoded_.Get(event, filter_.with_payloads());
  }
  grpc::ByteBuffer Show(const v1::Gap& gap) const override {
    v1::WatchEventsResponse response;
    *response.mutable_gap() = gap;
    return Encoded(response);
  }
  grpc::ByteBuffer Show(const v1::Bookmark& bookmark) const override {
    v1::WatchEventsResponse response;
    *response.mutable_bookmark() = bookmark;
    return Encoded(response);
  }

 private:
  const EventFilter filter_;
  EncodedEvents& encoded_;
};

}  // namespace pigeonhub
