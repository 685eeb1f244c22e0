// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/message_cells.h"

#include "server/base/duration.h"
#include "server/base/size.h"

namespace pigeonhub::cli {

using std::chrono::system_clock;

namespace {

bool IsSet(const google::protobuf::Timestamp& time) {
  return time.seconds() != 0 || time.nanos() != 0;
}

}  // namespace

std::string AgeText(const google::protobuf::Timestamp& time, system_clock::time_point now) {
  return IsSet(time) ? RoughDuration(now - ToChrono(time)) : "-";
}

std::string Since(const google::protobuf::Timestamp& time, system_clock::time_point now) {
  return IsSet(time) ? TimeText(time) + ", " + AgeText(time, now) + " ago" : "-";
}

Cell StateCell(v1::ServingState state) {
  switch (state) {
    case v1::SERVING_STATE_SERVING:
      return {StateText(state), Tone::kGood};
    case v1::SERVING_STATE_STOPPED:
    case v1::SERVING_STATE_DRAINING:
      return {StateText(state), Tone::kBad};
    default:
      return StateText(state);
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
