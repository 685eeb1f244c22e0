// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {

// Whom the hub dials upon the last input, and which dial it gives up.
inline std::vector<std::string> DialsOf(const HubFixture& hub) {
  std::vector<std::string> dials;
  for (std::string& line : hub.last_lines()) {
    if (line.starts_with("dial ") || line.starts_with("cancel_dial ")) {
      dials.push_back(std::move(line));
    }
  }
  return dials;
}

}  // namespace pigeonhub
