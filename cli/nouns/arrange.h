// SPDX-License-Identifier: Apache-2.0
//
// Lists as the user wants them: some of the items, in another order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/message.h>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "cli/output/answer.h"

namespace pigeonhub::cli {

// --sort-by and --filter.
std::vector<Flag> ArrangeFlags();

// Whether one of them was given. The hub must then be asked for everything: --limit is of what is
// left.
bool IsArranged(const Arguments& arguments);

// An answer, and the message that it points to.
struct ArrangedAnswer {
  std::unique_ptr<google::protobuf::Message> message;
  Answer answer;
  bool cut = false;  // --limit left something out
};

// A list whose items are those of a repeated field of its message, with a row of the only table and
// a name for each. An item that is no element of the field keeps its place in front.
// INVALID_ARGUMENT, one line, for a field that the items do not have or a filter that says nothing.
absl::StatusOr<ArrangedAnswer> Arrange(const Answer& answer, const Arguments& arguments);

}  // namespace pigeonhub::cli
