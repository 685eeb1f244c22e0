// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "pigeonctl/v1/trace.pb.h"

namespace pigeonhub::cli {

// Handshakes as a waterfall, in 80 columns: a line for each step, and under one scale of time how
// long a signal waited in a hub (=), how long it was on the line to the next one (-), and when it
// came (>). What one hub alone saw is a mark (|).
std::vector<std::string> DrawTrace(const pigeonctl::v1::Trace& trace);

}  // namespace pigeonhub::cli
