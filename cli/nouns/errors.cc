// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/paragraph.h"
#include "cli/nouns/reason_table.h"
#include "cli/nouns/session.h"
#include "pigeonctl/v1/answers.pb.h"
#include "pigeonhub/findings.h"
#include "proto/doctor/checks.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

using pigeonctl::v1::ErrorText;

// Without the marks of Markdown and white space at the ends.
std::string Plain(std::string_view cell) {
  std::string text(Trimmed(cell));
  text.erase(std::remove(text.begin(), text.end(), '`'), text.end());
  return text;
}

// Takes the next cell off a row of the table: what stands before the next bar.
std::string_view TakeCell(std::string_view& row) {
  const size_t bar = std::min(row.find('|'), row.size());
  const std::string_view cell = row.substr(0, bar);
  row.remove_prefix(std::min(bar + 1, row.size()));
  return cell;
}

// The rows of the guide: | `name` | close | what to do |
void AddReasons(pigeonctl::v1::Errors& errors) {
  constexpr std::string_view kBegin = "| `";
  std::string_view rest = ReasonTable();
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view row = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!row.starts_with(kBegin)) continue;
    row.remove_prefix(1);
    ErrorText& error = *errors.add_errors();
    error.set_name(Plain(TakeCell(row)));
    error.set_close(Plain(TakeCell(row)));
    error.set_action(Plain(row.substr(0, row.rfind('|'))));
  }
}

// As it is compared: REASON_PEER_CLOSED, peer-closed and peer_closed are one.
std::string Folded(std::string_view name) {
  constexpr std::string_view kPrefix = "reason_";
  std::string folded;
  for (const char c : name) folded += c == '-' ? '_' : absl::ascii_tolower(c);
  return folded.starts_with(kPrefix) ? folded.substr(kPrefix.size()) : folded;
}

// What calls of the control API are refused for, beside what the guide has: the API says what each
// is, in the comment above its name.
void AddRefusals(pigeonctl::v1::Errors& errors) {
  std::set<std::string> known;
  for (const ErrorText& error : errors.errors()) known.insert(error.name());
  const std::string lines(ReasonEnum());
  std::string comment;
  for (const absl::string_view each : absl::StrSplit(lines, '\n')) {
    const std::string line(absl::StripAsciiWhitespace(each));
    if (line.starts_with("//")) {
      comment += (comment.empty() ? "" : " ") + std::string(Trimmed(line.substr(2)));
    } else if (line.starts_with("REASON_")) {
      const std::string name = Folded(line.substr(0, line.find(' ')));
      if (name != "unspecified" && known.insert(name).second) {
        ErrorText& error = *errors.add_errors();
        error.set_name(name);
        error.set_cause(comment);
      }
      comment.clear();
    }
  }
}

void AddFindings(pigeonctl::v1::Errors& errors) {
  for (const FindingText& text : FindingTexts()) {
    ErrorText& error = *errors.add_errors();
    error.set_name(std::string(text.name));
    error.set_title(std::string(text.title));
    error.set_cause(std::string(text.cause));
    error.set_action(Plain(text.action));
  }
}

void AddChecks(pigeonctl::v1::Errors& errors) {
  for (const doctor::CheckText& text : doctor::CheckTexts()) {
    ErrorText& error = *errors.add_errors();
    error.set_name(std::string(text.code));
    error.set_title(std::string(text.ill));
    error.set_action(std::string(text.advice));
  }
}

// "1008" of "1008 Banned", "HTTP 403" as it is.
std::string CodeOf(const ErrorText& error) {
  const size_t digits = error.close().find_first_of("0123456789");
  if (digits == std::string::npos) return error.close();
  return error.close().substr(0, error.close().find(' ', digits));
}

// By its name, or by the code of a close frame or of HTTP, which several have.
bool IsMeant(const ErrorText& error, std::string_view wanted) {
  const std::string code = CodeOf(error);
  const std::string folded = Folded(wanted);
  return Folded(error.name()) == folded || (!code.empty() && code == wanted) ||
         Folded(code) == "http " + folded;
}

std::string WhatToDo(const ErrorText& error) {
  if (error.action().empty()) return error.cause();
  return error.title().empty() ? error.action() : error.title() + ": " + error.action();
}

Table TableOf(const pigeonctl::v1::Errors& errors, bool wide) {
  Table table{{{.title = "NAME"},
               {.title = "CLOSE"},
               {.title = "WHAT TO DO", .shrinks = true, .wraps = true}},
              {}};
  for (const ErrorText& error : errors.errors()) {
    table.rows.push_back(
        {error.name(), OrDash(wide ? error.close() : CodeOf(error)), WhatToDo(error)});
  }
  return table;
}

Table FactsOf(const ErrorText& error) {
  std::vector<std::pair<std::string, Cell>> facts{{"Name", error.name()}};
  if (!error.title().empty()) facts.emplace_back("Finding", error.title());
  if (!error.close().empty()) facts.emplace_back("Close", error.close());
  if (!error.cause().empty()) AddParagraph(facts, "Cause", error.cause());
  if (!error.action().empty()) AddParagraph(facts, "To do", error.action());
  return Facts(std::move(facts));
}

absl::StatusOr<ExitCode> ShowErrors(Session& session, const Arguments& arguments) {
  pigeonctl::v1::Errors errors;
  AddReasons(errors);
  AddRefusals(errors);
  AddFindings(errors);
  AddChecks(errors);
  if (!arguments.operands().empty()) {
    const std::string& wanted = arguments.operands()[0];
    auto& all = *errors.mutable_errors();
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](const ErrorText& error) { return !IsMeant(error, wanted); }),
              all.end());
    if (all.empty()) {
      return absl::NotFoundError("no reason or finding " + Shown(wanted) +
                                 "; `pigeonctl errors` lists all");
    }
  }
  Answer answer{.message = &errors, .items = ItemsOf(errors.errors())};
  for (const ErrorText& error : errors.errors()) answer.names.push_back(error.name());
  answer.tables = {errors.errors_size() == 1
                       ? FactsOf(errors.errors(0))
                       : TableOf(errors, session.style().format == Format::kWide)};
  session.Print(answer);
  return ExitCode::kOk;
}

}  // namespace

Command ErrorsCommand() {
  return {
      .name = "errors",
      .summary = "Say what a reason or a finding means, and what to do",
      .details =
          "Reasons stand in close frames, events, the log, metrics and refusals of the control "
          "API; findings are what explain (PH-E) and doctor (PH-D) answer. Asks no hub.",
      .examples = {"pigeonctl errors transport_lost", "pigeonctl errors 1008",
                   "pigeonctl errors PH-E14"},
      .operands = {{.name = "NAME",
                    .help =
                        "A reason, the code of a close frame or of a finding; without it all are "
                        "listed",
                    .optional = true}},
      .run = ShowErrors};
}

}  // namespace pigeonhub::cli
