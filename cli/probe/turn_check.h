// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/probe/turn_uri.h"

namespace pigeonhub::cli {

struct TurnPlan {
  TurnUri uri;
  std::string ca;        // for TLS; empty: the system's
  std::string secret;    // that the server shares with whoever mints credentials; empty: none
  std::string username;  // what stands behind the time in a minted name; may be empty
  std::chrono::seconds lifetime{};  // of the minted credentials
  std::chrono::nanoseconds step_timeout{};
};

// A step of the check, and its result.
struct TurnStep {
  std::string name;
  std::chrono::nanoseconds took{};
  absl::Status status;  // the line of an error says which mistake it usually is
  std::string fact;     // what was learned, if it went well
};

// Does what a browser does: connects, asks for its address, is asked for credentials, mints them as
// coturn does, allocates a relayed address, and gives it back. It ends with the first step that
// fails; without a secret, with the question for credentials.
std::vector<TurnStep> CheckTurn(const TurnPlan& plan, std::chrono::system_clock::time_point now);

}  // namespace pigeonhub::cli
