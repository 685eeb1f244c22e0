// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::bench {

// What follows `name` in `text`, up to `end` or the end of the text; empty where there is no such.
std::string_view After(std::string_view text, std::string_view name, char end);

// The answer to a request for a WebSocket.
std::string UpgradeAnswer(std::string_view request);

}  // namespace pigeonhub::bench
