// SPDX-License-Identifier: Apache-2.0
//
// What all list commands have in common.
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

// Prints the list. On stderr, outside the data, it says if --limit left something out, and in
// formats for people it says `nothing` if the list is empty.
void PrintList(Session& session, const Answer& answer, std::string_view nothing,
               const std::string& next_page_token);

}  // namespace pigeonhub::cli
