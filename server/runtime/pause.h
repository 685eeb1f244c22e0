// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <stop_token>

#include "server/core/time.h"

namespace pigeonhub {

// Holds up the thread that calls it for so long, or until `stop` is requested.
void Pause(Duration duration, const std::stop_token& stop);

}  // namespace pigeonhub
