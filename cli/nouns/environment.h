// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <functional>
#include <istream>
#include <optional>
#include <ostream>

#include "cli/rpc/target.h"

namespace pigeonhub::cli {

// What a run needs of the process around it. A test makes its own.
struct Environment {
  Variables variables;
  std::istream& in;              // what an operand "-" stands for
  std::ostream& out;             // data
  std::ostream& err;             // everything else that it says
  std::optional<size_t> width;   // columns of the terminal that `out` is; empty if it is none
  std::optional<size_t> height;  // and its lines
  std::function<std::chrono::system_clock::time_point()> now;
  // From this call on an interrupt does not end the process but makes `interrupted` true.
  std::function<void()> catch_interrupts;
  std::function<bool()> interrupted;
};

}  // namespace pigeonhub::cli
