// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "cli/command/command.h"

namespace pigeonhub::cli {

// The help page of a command; `path` is how it is called, e.g. "pigeonctl peers list". The root's
// page has the flags that work everywhere; the others point to it.
std::string Help(const Command& command, std::string_view path);

}  // namespace pigeonhub::cli
