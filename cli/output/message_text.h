// SPDX-License-Identifier: Apache-2.0
//
// Protobuf messages as text for programs, with what could deceive a person who looks at it escaped.
#pragma once

#include <string>

#include <google/protobuf/message.h>

namespace pigeonhub::cli {

// Protobuf's JSON with every field that has no presence, so that a script finds a zero as a zero.
// Indented by two, with a newline at the end.
std::string ToJson(const google::protobuf::Message& message);

// The same in one line, without the newline.
std::string ToJsonLine(const google::protobuf::Message& message);

// The same in YAML's block style, with a newline at the end. Strings that some reader could take
// for a number, a date or a truth value are quoted.
std::string ToYaml(const google::protobuf::Message& message);

}  // namespace pigeonhub::cli
