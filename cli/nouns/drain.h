// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "cli/command/command.h"

namespace pigeonhub::cli {

// `server drain`: of the hub that is asked, of another one, or of all.
Command DrainCommand();

}  // namespace pigeonhub::cli
