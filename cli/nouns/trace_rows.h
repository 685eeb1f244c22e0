// SPDX-License-Identifier: Apache-2.0
//
// Steps of handshakes as rows of a table.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "cli/output/table.h"
#include "pigeonctl/v1/trace.pb.h"

namespace pigeonhub::cli {

double Millis(std::chrono::nanoseconds duration);
// "12.3 ms"; with its error "12.3 ±0.4".
std::string MillisText(std::chrono::nanoseconds duration);
std::string MillisText(std::chrono::nanoseconds duration, std::chrono::nanoseconds error);

// "offer", "candidate"; "delivered"; "tells". One that only a newer hub has is its number.
std::string WordOf(v1::HandshakeStepKind kind);
std::string WordOf(v1::HandshakeStage stage);

Table StepTable(bool wide);
// `began` is the time that times are counted from.
std::vector<Cell> StepRow(const v1::HandshakeStep& step,
                          std::chrono::system_clock::time_point began, bool wide);

// One line on a hub, for the user: "hub 0a1b2c3d does not tell: …"; and without its name.
std::string HubStateText(const v1::HandshakeHub& hub);
std::string HubText(const v1::HandshakeHub& hub);

// Puts steps in the order of their times.
void SortSteps(pigeonctl::v1::Trace& trace);

}  // namespace pigeonhub::cli
