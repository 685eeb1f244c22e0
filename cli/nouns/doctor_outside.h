// SPDX-License-Identifier: Apache-2.0
//
// What peers meet who come to a hub from outside, through whatever stands in between.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "cli/probe/stream.h"
#include "proto/doctor/checks.h"
#include "server/base/websocket_url.h"

namespace pigeonhub::cli {

struct OutsidePlan {
  std::vector<WebSocketUrl> urls;
  Entry entry;                      // to all of them
  std::string origin;               // of a page that should be let in; empty: not looked at
  std::chrono::nanoseconds idle{};  // how long to keep a connection silent; 0: not looked at
  std::chrono::nanoseconds step_timeout{};
};

// Looks at each address, and whether peers at the first one meet peers at each other one.
void LookFromOutside(const OutsidePlan& plan, std::chrono::system_clock::time_point now,
                     doctor::Diagnoses& found);

}  // namespace pigeonhub::cli
