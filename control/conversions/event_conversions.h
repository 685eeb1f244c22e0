// SPDX-License-Identifier: Apache-2.0
//
// Events as messages of the control API, and the filters for them.
#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "pigeonhub/event.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "server/core/input.h"
#include "server/runtime/event_ring.h"

namespace pigeonhub {

// The fields that all events of one process have in common.
struct EventSource {
  std::string epoch;
  std::string hub_id;
};

// Without the payloads of signals unless `with_payloads`.
v1::Event ToProto(const Event& event, const EventSource& source, bool with_payloads = false);

v1::EventKind KindOf(const Event& event);

// What a filter looks at. Views into the event.
struct EventFacts {
  v1::EventKind kind = v1::EVENT_KIND_UNSPECIFIED;
  std::string_view network;               // empty: of none, or of these
  std::array<std::string_view, 2> peers;  // whom it is about; empty: nobody
  Reason reason = Reason::kCount;         // kCount: none
  std::string_view address = {};          // empty: of none, or of these
  const std::vector<TallyRow>* addresses = nullptr;
  const std::vector<TallyRow>* networks = nullptr;
};
EventFacts FactsOf(const Event& event);

// Which events somebody wants to see.
class EventFilter {
 public:
  // INVALID_ARGUMENT with the field's path, a colon and what is wrong with it.
  static absl::StatusOr<EventFilter> FromProto(const v1::EventFilter& filter);

  bool Matches(const Event& event) const;
  bool Includes(v1::EventKind kind) const { return kinds_.test(kind); }
  // Which signals it lets through; nothing if none.
  std::optional<SignalFilter> signals() const;
  // Where in the log such events are kept.
  EventRings rings() const;
  bool with_payloads() const { return with_payloads_; }

 private:
  std::bitset<v1::EventKind_ARRAYSIZE> kinds_;
  std::string network_;
  std::string peer_;
  std::string other_peer_;
  std::bitset<static_cast<size_t>(Reason::kCount)> reasons_;  // none: also events without one
  std::string address_;
  bool with_payloads_ = false;
};

}  // namespace pigeonhub
