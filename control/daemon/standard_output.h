// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace pigeonhub {

// Writes `text` to stdout at once. False, and a line on stderr, if that fails.
bool Print(std::string_view text);

}  // namespace pigeonhub
