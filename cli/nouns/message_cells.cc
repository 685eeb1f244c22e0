// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/message_cells.h"

#include <google/protobuf/util/time_util.h>

#include "absl/strings/ascii.h"
#include "server/base/duration.h"
#include "server/base/size.h"

namespace pigeonhub::cli {

using google::protobuf::util::TimeUtil;
using std::chrono::nanoseconds;
using std::chrono::system_clock;

namespace {

bool IsSet(const google::protobuf::Timestamp& time) {
  return time.seconds() != 0 || time.nanos() != 0;
}

}  // namespace

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
  if (!IsSet(time)) return "-";
  google::protobuf::Timestamp whole;
  whole.set_seconds(time.seconds());
  return TimeUtil::ToString(whole);
}

std::string AgeText(const google::protobuf::Timestamp& time, system_clock::time_point now) {
  return IsSet(time) ? RoughDuration(now - ToChrono(time)) : "-";
}

std::string Since(const google::protobuf::Timestamp& time, system_clock::time_point now) {
  return IsSet(time) ? TimeText(time) + ", " + AgeText(time, now) + " ago" : "-";
}

std::string ReasonText(v1::Reason reason) {
  constexpr size_t kPrefix = std::string_view("REASON_").size();
  const std::string name = v1::Reason_Name(reason);
  return name.empty() ? std::to_string(reason) : absl::AsciiStrToLower(name.substr(kPrefix));
}

Cell StateCell(v1::ServingState state) {
  switch (state) {
    case v1::SERVING_STATE_SERVING:
      return {"serving", Tone::kGood};
    case v1::SERVING_STATE_STOPPED:
      return {"stopped", Tone::kBad};
    case v1::SERVING_STATE_DRAINING:
      return {"draining", Tone::kBad};
    default:
      return "unknown";
  }
}

std::string SizeText(int64_t bytes) {
  constexpr int64_t kKib = 1024;
  constexpr int64_t kMib = 1024 * kKib;
  const int64_t unit = bytes < kKib ? 1 : bytes < 16 * kMib ? kKib : kMib;
  return FormatSize(static_cast<uint64_t>(bytes / unit * unit));
}

Cell SizeCell(int64_t bytes) {
  Cell cell(SizeText(bytes));
  cell.right = true;
  return cell;
}

Cell RoundTripCell(bool is_known, const google::protobuf::Duration& round_trip) {
  Cell cell(is_known ? MeasuredDuration(ToChrono(round_trip)) : "-");
  cell.right = true;
  return cell;
}

std::string OrDash(const std::string& text) { return text.empty() ? "-" : text; }

}  // namespace pigeonhub::cli
