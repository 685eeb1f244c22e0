// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::wire {

// `text` as a JSON string with its quotes, escaped as JSON.stringify does. Invalid UTF-8 is
// replaced by U+FFFD.
void AppendJsonString(std::string_view text, std::string& out);

}  // namespace pigeonhub::wire
