// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/command/command.h"

namespace pigeonhub::cli {

// `context show` and `context validate`.
Command ShowContextCommand();
Command ValidateContextCommand();

}  // namespace pigeonhub::cli
