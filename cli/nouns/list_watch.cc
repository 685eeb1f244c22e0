// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/list_watch.h"

#include <google/protobuf/reflection.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <utility>

#include "cli/nouns/outage.h"
#include "cli/nouns/pause.h"
#include "cli/nouns/session.h"
#include "cli/output/json_path.h"
#include "cli/output/message_text.h"
#include "cli/text/display.h"
#include "pigeonctl/v1/watch.pb.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

// How soon a list is read again, where events say that something changed, and where none do.
constexpr std::chrono::milliseconds kSoon{250};
constexpr std::chrono::seconds kBetweenLists{2};

google::protobuf::Struct FactsOf(const google::protobuf::Message& item) {
  google::protobuf::Struct facts;
  (void)google::protobuf::util::JsonStringToMessage(ToJsonLine(item), &facts);
  return facts;
}

// The hub that the item is of, where several are asked.
std::string HubOf(const google::protobuf::Struct& facts) {
  const auto hub = facts.fields().find("hubId");
  return hub == facts.fields().end() ? "" : hub->second.string_value();
}

// The elements of a repeated field of the list; none where it has no such field.
template <typename Element>
std::vector<Element> ElementsOf(const google::protobuf::Message& list, const std::string& name) {
  std::vector<Element> elements;
  const auto* field = list.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || !field->is_repeated() || field->message_type() != Element::descriptor()) {
    return elements;
  }
  for (const auto& each : list.GetReflection()->GetRepeatedFieldRef<Element>(list, field)) {
    elements.push_back(each);
  }
  return elements;
}

v1::EventCursor CursorOf(const google::protobuf::Message& list) {
  const auto* field = list.GetDescriptor()->FindFieldByName("cursor");
  v1::EventCursor cursor;
  if (field != nullptr) cursor.CopyFrom(list.GetReflection()->GetMessage(list, field));
  return cursor;
}

}  // namespace

void ListWatch::Take(Session& session, const Answer& list) {
  std::vector<std::string> order;
  Items items = Read(list, order);
  cursor_ = CursorOf(*list.message);
  TakeHubs(session, *list.message, items);
  for (const auto& [key, item] : items_) {
    if (unheard_.contains(item.hub)) items.emplace(key, item);
  }
  if (!has_list_) {
    has_list_ = true;
    table_.columns = list.tables[0].columns;
    table_.columns.insert(table_.columns.begin(), {.title = ""});
    for (const Column& column : table_.columns) {
      table_.least_widths.push_back(std::max<size_t>(1, DisplayWidth(column.title)));
    }
    for (const auto& row : list.tables[0].rows) {
      for (size_t i = 0; i < row.size(); ++i) {
        size_t& width = table_.least_widths[i + 1];
        width = std::max(width, DisplayWidth(Displayable(row[i].text)));
      }
    }
    for (const std::string& key : order) Print(session, "listed", "", items.at(key));
  } else {
    for (const auto& [name, item] : items_) {
      if (items.find(name) == items.end()) Print(session, "removed", "-", item);
    }
    for (const auto& [name, item] : items) {
      const auto known = items_.find(name);
      if (known == items_.end()) {
        Print(session, "added", "+", item);
      } else if (known->second.lasting != item.lasting) {
        Print(session, "changed", "~", item);
      }
    }
  }
  items_ = std::move(items);
}

void ListWatch::TakeHubs(Session& session, const google::protobuf::Message& list,
                         const Items& items) {
  std::set<std::string> unheard;
  for (const auto& hub : ElementsOf<v1::UnreachableHub>(list, "unreachable")) {
    if (!unheard.insert(hub.hub_id()).second || unheard_.contains(hub.hub_id())) continue;
    session.SayLeftOut(hub.hub_id(), hub.reason());
  }
  std::set<std::string> heard;
  for (const auto& hub : ElementsOf<v1::HubCursor>(list, "cursors")) heard.insert(hub.hub_id());
  for (const auto& [key, item] : items) heard.insert(item.hub);
  for (const std::string& hub : unheard_) {
    if (unheard.contains(hub)) continue;
    session.Say("hub " + hub +
                (heard.contains(hub) ? " is in the answer again"
                                     : " is gone: no hub tells of it any more"));
  }
  unheard_ = std::move(unheard);
}

ListWatch::Items ListWatch::Read(const Answer& list, std::vector<std::string>& order) const {
  Items items;
  for (size_t i = 0; i < list.items.size(); ++i) {
    Item item{
        .facts = FactsOf(*list.items[i]), .row = list.tables[0].rows[i], .name = list.names[i]};
    item.hub = HubOf(item.facts);
    google::protobuf::Value lasting;
    *lasting.mutable_struct_value() = item.facts;
    for (const std::string& name : passing_) {
      lasting.mutable_struct_value()->mutable_fields()->erase(name);
    }
    item.lasting = TextOf(lasting);
    // Two items of one name at one hub are told apart by what they say.
    std::string key = item.hub + '\n' + item.name;
    if (items.contains(key)) key += '\n' + item.lasting;
    order.push_back(key);
    items.emplace(key, std::move(item));
  }
  return items;
}

void ListWatch::Print(Session& session, std::string_view change, std::string_view sign,
                      const Item& item) {
  pigeonctl::v1::ListChange message;
  message.set_change(std::string(change));
  *message.mutable_item() = item.facts;
  table_.rows = {item.row};
  table_.rows[0].insert(table_.rows[0].begin(), std::string(sign));
  session.PrintStreamed(
      Answer{.message = &message, .items = {&message}, .names = {item.name}, .tables = {table_}});
  table_.goes_on = true;
}

bool AwaitChange(Session& session, const v1::EventCursor& from,
                 std::chrono::steady_clock::time_point end) {
  using std::chrono::steady_clock;
  Environment& environment = session.environment();
  const auto pause = [&](std::chrono::nanoseconds duration) {
    const auto now = steady_clock::now();
    if (now >= end) return false;
    return Pause(environment, std::min<std::chrono::nanoseconds>(duration, end - now));
  };
  const auto hub = session.client();
  if (!hub.ok() || from.epoch().empty()) return pause(hub.ok() ? kBetweenLists : Outage::kAskAgain);
  v1::WatchEventsRequest request;
  *request.mutable_from() = from;
  v1::WatchEventsResponse item;
  const absl::Status status = (*hub)->Stream(
      request, item, [&] { return item.has_bookmark(); },
      [&] { return environment.interrupted() || steady_clock::now() >= end; });
  // Many events come together.
  return pause(status.ok() ? kSoon : Outage::kAskAgain);
}

ListRun Watchable(ListRun list, std::vector<std::string> passing) {
  return [list = std::move(list), passing = std::move(passing)](
             Session& session, const Arguments& arguments) -> absl::StatusOr<ExitCode> {
    if (!arguments.has("watch")) return list(session, arguments);
    if (session.style().format == Format::kName) {
      return absl::InvalidArgumentError(
          "-o name does not say what comes and what goes; with -w take -o jsonl");
    }
    session.environment().catch_interrupts();
    ListWatch watch(passing);
    session.set_list_watch(&watch);
    absl::StatusOr<ExitCode> code = list(session, arguments);
    Outage outage(session);
    while (code.ok() && AwaitChange(session, watch.cursor())) {
      const absl::StatusOr<ExitCode> again = list(session, arguments);
      if (!outage.Outlives(again.status())) code = again.status();
    }
    session.set_list_watch(nullptr);
    return code;
  };
}

Flag WatchFlag() { return Switch("watch", "Go on with what changes; not with -o name", 'w'); }

}  // namespace pigeonhub::cli
