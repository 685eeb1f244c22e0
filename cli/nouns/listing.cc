// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/listing.h"

#include <iterator>
#include <utility>

#include "cli/nouns/arrange.h"
#include "cli/nouns/list_watch.h"
#include "cli/nouns/message_cells.h"
#include "cli/rpc/paging.h"

namespace pigeonhub::cli {
namespace {

// A round trip is known of those alone that the answer has.
bool IsSortedByHubs(const google::protobuf::FieldDescriptor& field) {
  using Field = google::protobuf::FieldDescriptor;
  if (field.is_repeated() || field.name() == "round_trip") return false;
  if (field.cpp_type() == Field::CPPTYPE_MESSAGE) {
    return field.message_type()->full_name() == "google.protobuf.Timestamp";
  }
  return field.cpp_type() == Field::CPPTYPE_INT32 || field.cpp_type() == Field::CPPTYPE_INT64;
}

}  // namespace

void AddHubColumn(const std::vector<const google::protobuf::Message*>& items, bool wide,
                  Table& table) {
  if (table.rows.size() != items.size()) return;
  std::vector<std::string> hubs;
  for (const google::protobuf::Message* item : items) {
    const auto* field = item->GetDescriptor()->FindFieldByName("hub_id");
    if (field == nullptr) return;
    hubs.push_back(item->GetReflection()->GetString(*item, field));
  }
  table.columns.insert(table.columns.begin(), {.title = "AT HUB"});
  for (size_t row = 0; row < hubs.size(); ++row) {
    table.rows[row].insert(table.rows[row].begin(), OrDash(wide ? hubs[row] : ShortId(hubs[row])));
  }
  if (!table.least_widths.empty()) table.least_widths.insert(table.least_widths.begin(), 0);
}

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

uint64_t LimitOf(const Arguments& arguments, const std::string& order) {
  // One more shows that there are more: the page that the hub sorts is the only one.
  return order.empty() ? LimitOf(arguments) : arguments.number("limit").value_or(0) + 1;
}

std::string ServerOrderOf(const Arguments& arguments, const google::protobuf::Descriptor& type) {
  const uint64_t limit = arguments.number("limit").value_or(0);
  if (limit == 0 || limit >= kLargestPage || arguments.has("filter")) return {};
  // Of several hubs each sorts its own.
  if (arguments.text("hub") == "*") return {};
  std::string key = arguments.text("sort-by");
  const bool descending = key.starts_with('-');
  if (descending) key.erase(0, 1);
  const google::protobuf::FieldDescriptor* field = type.FindFieldByCamelcaseName(key);
  if (field == nullptr || !IsSortedByHubs(*field)) return {};
  return field->name() + (descending ? " desc" : "");
}

absl::StatusOr<ExitCode> PrintList(Session& session, Answer answer, std::string_view nothing,
                                   const std::string& next_page_token) {
  if (session.arguments().has("hub") && answer.tables.size() == 1) {
    AddHubColumn(answer.items, session.style().format == Format::kWide, answer.tables.front());
  }
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
