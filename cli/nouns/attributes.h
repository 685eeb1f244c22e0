// SPDX-License-Identifier: Apache-2.0
//
// Attributes of tokens, as flags and as text.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"

namespace pigeonhub::cli {

// --attr NAME=VALUE, repeatable.
Flag AttributeFlag(std::string help);

// What the flag says.
absl::StatusOr<std::map<std::string, std::string>> AttributesOf(const Arguments& arguments);

// "tier=pro, team=red" in the order of names.
std::string AttributesText(const std::map<std::string, std::string>& attributes);

}  // namespace pigeonhub::cli
