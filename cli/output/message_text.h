// SPDX-License-Identifier: Apache-2.0
//
// Protobuf messages as text for programs, with what could deceive a person who looks at it escaped.
#pragma once

#include <string>

#include <google/protobuf/message.h>

namespace pigeonhub::cli {

// Protobuf's JSON, indented by two blanks, with a newline at the end. Fields without presence are
// written even if they are zero, so that a script finds the zero.
std::string ToJson(const google::protobuf::Message& message);

// That JSON in one line, without the newline.
std::string ToJsonLine(const google::protobuf::Message& message);

// The message in YAML's block style, with a newline at the end. Strings that some reader could take
// for a number, a date or a truth value are quoted.
std::string ToYaml(const google::protobuf::Message& message);

}  // namespace pigeonhub::cli
