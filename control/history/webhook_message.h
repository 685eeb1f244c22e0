// SPDX-License-Identifier: Apache-2.0
//
// What a webhook sends: {"type":"peerConnected","timestamp":"…","data":{…}}. The data of an event
// is that of the event log and of `pigeonctl events -o jsonl`.
#pragma once

#include <cstdint>
#include <string>

#include "control/conversions/event_conversions.h"
#include "control/history/event_json.h"
#include "pigeonhub/event.h"

namespace pigeonhub::history {

struct WebhookMessage {
  std::string id;    // epoch and number: the same however often it is sent
  std::string body;  // JSON
  UnixMillis happened = 0;
};

WebhookMessage MessageOf(const Event& event, const EventSource& source);

// Of type "gap". `now` is when it was noticed.
WebhookMessage MessageOf(const Gap& gap, const EventSource& source, UnixMillis now);

}  // namespace pigeonhub::history
