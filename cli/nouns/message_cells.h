// SPDX-License-Identifier: Apache-2.0
//
// Fields of messages as cells of tables, and as what proto/values makes of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "cli/output/table.h"
#include "pigeonhub/v1/common.pb.h"
#include "proto/values/message_values.h"

namespace pigeonhub::cli {

// The time between it and `now`, "5m12s"; "-" if it is not set.
std::string AgeText(const google::protobuf::Timestamp& time,
                    std::chrono::system_clock::time_point now);

// The time and its age: "2026-03-01T12:00:00Z, 5m12s ago".
std::string Since(const google::protobuf::Timestamp& time,
                  std::chrono::system_clock::time_point now);

Cell StateCell(v1::ServingState state);

// The table of reasons and how often each happened.
template <typename Counts>
Table ReasonTable(const Counts& counts) {
  Table table{{{.title = "REASON"}, {.title = "COUNT"}}, {}};
  for (const v1::ReasonCount& count : counts) {
    table.rows.push_back({ReasonText(count.reason()), count.count()});
  }
  return table;
}

// A size in bytes, rounded down to what people tell apart: "4KiB", "44MiB".
std::string SizeText(int64_t bytes);

// The same as a cell, which is aligned to the right.
Cell SizeCell(int64_t bytes);
// How long a round trip takes; "-" if nothing is known of it.
Cell RoundTripCell(bool is_known, const google::protobuf::Duration& round_trip);

// "-" for an empty text.
std::string OrDash(const std::string& text);

}  // namespace pigeonhub::cli
