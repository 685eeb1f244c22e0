// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>

#include "control/daemon/config/config.h"

namespace pigeonhub {

// The result of a probe. `line` is for a person and has no end of line.
struct ProbeOutcome {
  bool passed = false;
  std::string line;
};

// Asks the hub that runs on this machine with the same configuration whether it lives (GET /livez)
// or takes peers (GET /readyz). For supervisors that run a command inside the container or service:
// it passes if the answer is 200 within `patience`.
ProbeOutcome AskHub(const Config& config, Health wanted,
                    std::chrono::milliseconds patience = std::chrono::seconds(2));

}  // namespace pigeonhub
