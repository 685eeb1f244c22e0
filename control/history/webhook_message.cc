// SPDX-License-Identifier: Apache-2.0

#include "control/history/webhook_message.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "control/history/event_names.h"
#include "server/base/iso_time.h"

namespace pigeonhub::history {
namespace {

std::string BodyOf(const std::string& type, UnixMillis time, const std::string& data) {
  return absl::StrCat("{\"type\":\"", type, "\",\"timestamp\":\"", IsoTime(time),
                      "\",\"data\":", data, "}");
}

}  // namespace

WebhookMessage MessageOf(const Event& event, const EventSource& source) {
  return {.id = absl::StrCat(source.epoch, "-", event.seq),
          .body = BodyOf(EventName(KindOf(event)), event.unix_ms, EventJson(event, source)),
          .happened = event.unix_ms};
}

WebhookMessage MessageOf(const Gap& gap, const EventSource& source, UnixMillis now) {
  return {.id = absl::StrCat(source.epoch, "-", gap.resume, "-gap"),
          .body = BodyOf("gap", now, GapFieldsJson(gap, source)),
          .happened = now};
}

}  // namespace pigeonhub::history
