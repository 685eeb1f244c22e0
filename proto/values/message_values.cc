// SPDX-License-Identifier: Apache-2.0

#include "proto/values/message_values.h"

#include <google/protobuf/util/time_util.h>

#include <string_view>

#include "absl/strings/ascii.h"

namespace pigeonhub {

using google::protobuf::util::TimeUtil;
using std::chrono::nanoseconds;
using std::chrono::system_clock;

nanoseconds ToChrono(const google::protobuf::Duration& duration) {
  return nanoseconds(TimeUtil::DurationToNanoseconds(duration));
}

system_clock::time_point ToChrono(const google::protobuf::Timestamp& time) {
  const nanoseconds since_epoch(TimeUtil::TimestampToNanoseconds(time));
  return system_clock::time_point(std::chrono::duration_cast<system_clock::duration>(since_epoch));
}

google::protobuf::Duration ToProto(nanoseconds duration) {
  return TimeUtil::NanosecondsToDuration(duration.count());
}

google::protobuf::Timestamp ToProto(system_clock::time_point time) {
  return TimeUtil::NanosecondsToTimestamp(
      std::chrono::duration_cast<nanoseconds>(time.time_since_epoch()).count());
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "-";
  google::protobuf::Timestamp whole;
  whole.set_seconds(time.seconds());
  return TimeUtil::ToString(whole);
}

std::string ReasonText(v1::Reason reason) {
  constexpr size_t kPrefix = std::string_view("REASON_").size();
  const std::string name = v1::Reason_Name(reason);
  return name.empty() ? std::to_string(reason) : absl::AsciiStrToLower(name.substr(kPrefix));
}

std::string StateText(v1::ServingState state) {
  switch (state) {
    case v1::SERVING_STATE_SERVING:
      return "serving";
    case v1::SERVING_STATE_STOPPED:
      return "stopped";
    case v1::SERVING_STATE_DRAINING:
      return "draining";
    default:
      return "unknown";
  }
}

std::string ShortId(std::string_view id) { return std::string(id.substr(0, kShortIdDigits)); }

}  // namespace pigeonhub
