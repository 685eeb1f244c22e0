// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::cli {

// What whoever runs a check does about the refusal of a hub, as "; give --token-file ..."; empty if
// nothing helps that the hub did not say. `said` is the hub's line, which begins with the name of
// its reason.
std::string RefusalAdvice(std::string_view said);

}  // namespace pigeonhub::cli
