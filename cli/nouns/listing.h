// SPDX-License-Identifier: Apache-2.0
//
// What all commands that list have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "cli/nouns/session.h"
#include "cli/output/answer.h"

namespace pigeonhub::cli {

// `own` and --limit.
std::vector<Flag> ListFlags(std::vector<Flag> own = {});

// --limit; 0: everything.
uint64_t LimitOf(const Arguments& arguments);

// Prints the list. Tells the user on stderr, and so outside the data, if the list is empty (with
// `nothing`, in formats for people) or if --limit left something out.
void PrintList(Session& session, const Answer& answer, std::string_view nothing,
               const std::string& next_page_token);

}  // namespace pigeonhub::cli
