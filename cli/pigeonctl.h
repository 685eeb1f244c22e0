// SPDX-License-Identifier: Apache-2.0
//
// pigeonctl, the command line client of a hub's control API.
#pragma once

#include <string>
#include <vector>

#include "cli/command/command.h"
#include "cli/nouns/environment.h"

namespace pigeonhub::cli {

// The tree of all commands.
Command Pigeonctl();

// Runs the command in `arguments`, the words after the program's name. Returns the exit code.
int RunPigeonctl(const std::vector<std::string>& arguments, Environment& environment);

}  // namespace pigeonhub::cli
