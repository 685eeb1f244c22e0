// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>

#include "tests/mesh/scenario.h"

namespace pigeonhub::sim {

// Takes out of a failing scenario what it does not need to fail: steps, hubs, delays. Plays it no
// more than `plays` times.
Scenario Shrink(Scenario scenario, const std::function<bool(const Scenario&)>& fails, int plays);

}  // namespace pigeonhub::sim
