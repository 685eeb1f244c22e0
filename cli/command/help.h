// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "cli/command/command.h"

namespace pigeonhub::cli {

// The help page of a command; `path` is what the user types to run it, e.g. "pigeonctl peers list".
// The page of the root has the flags that every command takes; the other pages refer to it.
std::string Help(const Command& command, std::string_view path);

}  // namespace pigeonhub::cli
