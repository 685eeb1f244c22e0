// SPDX-License-Identifier: Apache-2.0
//
// Policies as the configuration file has them: `[namespace."chat"]` and `[namespace."game:*"]`.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "control/daemon/config/toml.h"
#include "pigeonhub/namespace_policy.h"

namespace pigeonhub {

// What the kind of their sections is called.
inline constexpr std::string_view kNamespaceSection = "namespace";

// `file` begins the error, with the number of the line behind it.
absl::StatusOr<NamedPolicy> ParseNamespacePolicy(const TomlSection& section, std::string_view file);

// As a section that reads back as the same.
std::string PrintNamespacePolicy(const NamedPolicy& named);

}  // namespace pigeonhub
