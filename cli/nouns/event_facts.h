// SPDX-License-Identifier: Apache-2.0
//
// What a filter or a summary looks at in an event. Taken from the fields of its body by their
// names, so that it holds for kinds of a newer hub as well.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

struct EventFacts {
  std::vector<std::string> networks;  // the most frequent first; empty: of none
  std::vector<std::string> peers;     // whom it is about
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  std::vector<std::string> addresses;  // as networks
  int64_t count = 1;                   // for how many it stands
};

EventFacts FactsOf(const v1::Event& event);

// Whether the filter lets it through, as a hub would say it. A beginning of an id stands for all
// ids that have it.
bool Matches(const v1::EventFilter& filter, const v1::Event& event);

}  // namespace pigeonhub::cli
