// SPDX-License-Identifier: Apache-2.0
//
// What could be written next on a command line, for a shell that asks.
#pragma once

#include <string>
#include <vector>

#include "cli/command/arguments.h"
#include "cli/command/command.h"

namespace pigeonhub::cli {

struct Candidate {
  std::string word;
  std::string help = {};  // shells that can, show it beside the word
};

struct Completion {
  // Words of the command tree, each beginning with what was typed.
  std::vector<Candidate> candidates;
  // What other words fit. The caller finds them, and keeps those that begin with `typed`.
  Words words = Words::kAnything;
  // The part of the last word that candidates replace, and what stands before it ("--flag=").
  std::string typed;
  std::string kept;
  // The flags that came before, unchecked. --server is one of them, and says which hub to ask.
  Arguments arguments;
};

// `words` are those after the program's name. The user is typing the last one; it may be empty.
Completion Complete(const Command& root, const std::vector<std::string>& words);

}  // namespace pigeonhub::cli
