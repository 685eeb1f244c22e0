// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/listing.h"

#include <iterator>
#include <utility>

#include "cli/nouns/arrange.h"
#include "cli/nouns/list_watch.h"

namespace pigeonhub::cli {

std::vector<Flag> ListFlags(std::vector<Flag> own) {
  own.push_back({.name = "limit",
                 .value = "N",
                 .help = "At most so many (default: all)",
                 .kind = Kind::kNumber});
  std::vector<Flag> arranging = ArrangeFlags();
  own.insert(own.end(), std::make_move_iterator(arranging.begin()),
             std::make_move_iterator(arranging.end()));
  own.push_back(WatchFlag());
  return own;
}

uint64_t LimitOf(const Arguments& arguments) {
  return IsArranged(arguments) ? 0 : arguments.number("limit").value_or(0);
}

absl::StatusOr<ExitCode> PrintList(Session& session, const Answer& answer, std::string_view nothing,
                                   const std::string& next_page_token) {
  ArrangedAnswer arranged{.message = nullptr, .answer = answer};
  if (IsArranged(session.arguments())) {
    auto result = Arrange(answer, session.arguments());
    if (!result.ok()) return result.status();
    arranged = *std::move(result);
  }
  if (ListWatch* watch = session.list_watch()) {
    watch->Take(session, arranged.answer);
    return ExitCode::kOk;
  }
  if (arranged.answer.items.empty() && IsForPeople(session.style().format)) {
    session.Say(nothing);
    return ExitCode::kOk;
  }
  session.Print(arranged.answer);
  if (!next_page_token.empty() || arranged.cut) {
    session.Say("there are more than --limit " + std::to_string(arranged.answer.items.size()));
  }
  return ExitCode::kOk;
}

}  // namespace pigeonhub::cli
