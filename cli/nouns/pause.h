// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>

#include "cli/nouns/environment.h"

namespace pigeonhub::cli {

// Sleeps. False, and at once, if the user interrupts.
bool Pause(Environment& environment, std::chrono::nanoseconds duration);

}  // namespace pigeonhub::cli
