// SPDX-License-Identifier: Apache-2.0
//
// What all list commands have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "cli/command/exit_code.h"
#include "cli/nouns/session.h"
#include "cli/output/answer.h"

namespace pigeonhub::cli {

// `own`, and what every list takes: --limit, --filter, --sort-by and --watch.
std::vector<Flag> ListFlags(std::vector<Flag> own = {});

// How many items to ask the hub for; 0: all of them.
uint64_t LimitOf(const Arguments& arguments);

// The same of a list that the hub sorts, if `order` is not empty: it is cut there, behind one more
// than PrintList shows.
uint64_t LimitOf(const Arguments& arguments, const std::string& order);

// What the hub is to sort the items by, as its order_by: the field of --sort-by, if that is a
// number or a time and the list is cut to less than one page. Empty: nothing, and pigeonctl sorts.
std::string ServerOrderOf(const Arguments& arguments, const google::protobuf::Descriptor& type);

// Adds the column AT HUB, which says whose each item is: for answers of other hubs. The table has a
// row for each item. `wide`: with whole ids. Items that have no hub_id get none.
void AddHubColumn(const std::vector<const google::protobuf::Message*>& items, bool wide,
                  Table& table);

// Prints the list as the flags want it, or gives it to whoever watches it. On stderr, outside the
// data, it says if --limit left something out, and in formats for people it says `nothing` if the
// list is empty. With --hub a column says whose each item is. The answer is as Arrange wants it.
absl::StatusOr<ExitCode> PrintList(Session& session, Answer answer, std::string_view nothing,
                                   const std::string& next_page_token);

}  // namespace pigeonhub::cli
