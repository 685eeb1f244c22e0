// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/listing.h"

namespace pigeonhub::cli {

std::vector<Flag> ListFlags(std::vector<Flag> own) {
  own.push_back({.name = "limit",
                 .value = "N",
                 .help = "At most so many (default: all)",
                 .kind = Kind::kNumber});
  return own;
}

uint64_t LimitOf(const Arguments& arguments) { return arguments.number("limit").value_or(0); }

void PrintList(Session& session, const Answer& answer, std::string_view nothing,
               const std::string& next_page_token) {
  if (answer.items.empty() && IsForPeople(session.style().format)) {
    session.Say(nothing);
    return;
  }
  session.Print(answer);
  if (!next_page_token.empty()) {
    session.Say("there are more than --limit " + std::to_string(answer.items.size()));
  }
}

}  // namespace pigeonhub::cli
