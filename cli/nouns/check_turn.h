// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/command/command.h"

namespace pigeonhub::cli {

// `check turn`.
Command CheckTurnCommand();

}  // namespace pigeonhub::cli
