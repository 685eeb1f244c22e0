// SPDX-License-Identifier: Apache-2.0
//
// pigeonctl, the command line client of a hub's control API.
#pragma once

#include <string>
#include <vector>

#include "cli/command/command.h"
#include "cli/nouns/environment.h"

namespace pigeonhub::cli {

// Everything pigeonctl can be told.
Command Pigeonctl();

// Does what `arguments`, those after the program's name, say; returns the exit code.
int RunPigeonctl(const std::vector<std::string>& arguments, Environment& environment);

}  // namespace pigeonhub::cli
