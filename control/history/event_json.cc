// SPDX-License-Identifier: Apache-2.0

#include "control/history/event_json.h"

#include "pigeonhub/v1/event_service.pb.h"
#include "proto/json/message_json.h"

namespace pigeonhub::history {

std::string EventJson(const Event& event, const EventSource& source) {
  return MessageJson(ToProto(event, source), JsonLayout::kOneLine);
}

std::string GapFieldsJson(const Gap& gap, const EventSource& source) {
  v1::Gap fields;
  fields.set_missing(gap.missing);
  fields.mutable_resume()->set_epoch(source.epoch);
  fields.mutable_resume()->set_seq(gap.resume);
  return MessageJson(fields, JsonLayout::kOneLine);
}

std::string GapJson(const Gap& gap, const EventSource& source) {
  return "{\"gap\":" + GapFieldsJson(gap, source) + "}";
}

}  // namespace pigeonhub::history
