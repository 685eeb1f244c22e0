// SPDX-License-Identifier: Apache-2.0
//
// Events as text for people.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/output/table.h"
#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

// "peerDisconnected"; a kind of a newer hub is its number.
std::string KindName(v1::EventKind kind);
std::optional<v1::EventKind> KindNamed(std::string_view name);
const std::vector<std::string>& KindNames();

// The columns TIME, SEQ, EVENT and WHAT, without rows.
Table EventTable(bool wide);
// The row of an event. Narrow rows have the beginnings of ids and the time of day, in UTC as all
// times; of another day than that of `now` they have the date as well, without milliseconds.
std::vector<Cell> EventRow(const v1::Event& event, bool wide,
                           std::optional<std::chrono::system_clock::time_point> now = {});
std::vector<Cell> GapRow(const v1::Gap& gap);

// "12 events are missing before 113".
std::string GapText(const v1::Gap& gap);

}  // namespace pigeonhub::cli
