// SPDX-License-Identifier: Apache-2.0
//
// Attributes of tokens, as flags.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "pigeonhub/token_claims.h"

namespace pigeonhub::cli {

// --attr NAME=VALUE, repeatable.
Flag AttributeFlag(std::string help);

// What the flag says.
absl::StatusOr<TokenAttributes> AttributesOf(const Arguments& arguments);

}  // namespace pigeonhub::cli
