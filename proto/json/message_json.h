// SPDX-License-Identifier: Apache-2.0
//
// Protobuf messages as JSON, as pigeonctl, the event log and webhooks write it.
#pragma once

#include <string>
#include <string_view>

#include <google/protobuf/message.h>

namespace pigeonhub {

enum class JsonLayout { kOneLine, kIndented };

// Protobuf's JSON: lowerCamel names, 64-bit numbers as strings. Fields without presence are written
// even if they are zero, so that a script finds the zero. What could deceive a person who looks at
// it is escaped. kOneLine has no newline at its end; kIndented is what protobuf makes of it.
std::string MessageJson(const google::protobuf::Message& message, JsonLayout layout);

// The lines of `text` with deceptive characters as \uXXXX. Inside quotes JSON and YAML both read
// that as the character; line breaks inside quotes are escaped in both.
std::string DisplayableLines(std::string_view text);

}  // namespace pigeonhub
