// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <string_view>

namespace pigeonhub {

enum class LogLevel { kDebug, kInfo, kWarn, kError, kOff };

// Gets one line of the log: time, level, message and fields, as text without a line end. `line` is
// valid during the call. Any thread of the server may call it, one call at a time. It must not
// wait, call the server or throw.
using LogSink = std::function<void(LogLevel level, std::string_view line)>;

}  // namespace pigeonhub
