// SPDX-License-Identifier: Apache-2.0
//
// Values in messages as C++ values and as words, for the hub and pigeonctl alike.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "pigeonhub/v1/common.pb.h"

namespace pigeonhub {

std::chrono::nanoseconds ToChrono(const google::protobuf::Duration& duration);
std::chrono::system_clock::time_point ToChrono(const google::protobuf::Timestamp& time);
google::protobuf::Duration ToProto(std::chrono::nanoseconds duration);
google::protobuf::Timestamp ToProto(std::chrono::system_clock::time_point time);

// The time in UTC, "2026-03-01T12:00:00Z"; "-" if it is not set.
std::string TimeText(const google::protobuf::Timestamp& time);

// A reason without its prefix, "transport_lost". A reason that only a newer hub has is shown as its
// number.
std::string ReasonText(v1::Reason reason);

// "serving", "stopped" or "draining"; "unknown" for what only a newer hub has.
std::string StateText(v1::ServingState state);

// What an id is known by where its 40 digits have no room: the first 8.
inline constexpr size_t kShortIdDigits = 8;
std::string ShortId(std::string_view id);

}  // namespace pigeonhub
