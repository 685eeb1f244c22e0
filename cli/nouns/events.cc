// SPDX-License-Identifier: Apache-2.0

#include <deque>
#include <functional>
#include <optional>

#include "cli/nouns/event_files.h"
#include "cli/nouns/event_follower.h"
#include "cli/nouns/event_query.h"
#include "cli/nouns/event_summary.h"
#include "cli/nouns/event_text.h"
#include "cli/nouns/kept_events.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "proto/values/message_values.h"

namespace pigeonhub::cli {
namespace {

// Who takes the events that are found, one by one or in a list.
struct Takers {
  std::function<void(const v1::Event&)> event;
  std::function<void(const v1::Gap&)> gap;
};

// Prints the items of a stream one by one.
class Printer {
 public:
  explicit Printer(Session& session)
      : session_(session),
        wide_(session.style().format == Format::kWide),
        of_hubs_(session.arguments().has("hub")),
        table_(EventTable(wide_)) {
    // Any kind that is asked for may come.
    const std::vector<std::string> asked = session.arguments().all("kind");
    size_t& width = table_.least_widths[kKindColumn];
    width = 0;
    for (const std::string& kind : asked.empty() ? KindNames() : asked) {
      width = std::max(width, kind.size());
    }
    if (!of_hubs_) return;
    table_.columns.insert(table_.columns.begin(), {.title = "AT HUB"});
    table_.least_widths.insert(table_.least_widths.begin(), ShownHub(kSomeHub).size());
  }

  void Print(const v1::Event& event) {
    Print(event, {std::to_string(event.seq())},
          Row(event.hub_id(), EventRow(event, wide_, session_.environment().now())));
  }

  // In the data a gap stands in the place of its events: {"gap":{…}}.
  void Print(const v1::Gap& gap) {
    v1::WatchEventsResponse item;
    *item.mutable_gap() = gap;
    Print(item, {}, Row(gap.hub_id(), GapRow(gap)));
  }

 private:
  static constexpr size_t kKindColumn = 2;
  static constexpr char kSomeHub[] = "0000000000000000000000000000000000000000";

  std::string ShownHub(const std::string& hub) const { return wide_ ? hub : ShortId(hub); }
  std::vector<Cell> Row(const std::string& hub, std::vector<Cell> row) const {
    if (of_hubs_) row.insert(row.begin(), ShownHub(hub));
    return row;
  }

  void Print(const google::protobuf::Message& message, std::vector<std::string> names,
             std::vector<Cell> row) {
    table_.rows = {std::move(row)};
    session_.PrintStreamed(Answer{
        .message = &message, .items = {&message}, .names = std::move(names), .tables = {table_}});
    table_.goes_on = true;
  }

  Session& session_;
  bool wide_;
  bool of_hubs_;
  Table table_;
};

// Follows until the user has enough, or `limit` events have come.
absl::Status FollowEvents(Session& session, Client& hub, const EventQuery& query, uint64_t limit,
                          const Takers& takers) {
  v1::WatchEventsRequest request;
  *request.mutable_filter() = query.filter;
  if (query.from.has_value()) {
    *request.mutable_from() = *query.from;
  } else if (query.since.has_value()) {
    *request.mutable_from_time() = ToProto(*query.since);
  } else if (query.earliest) {
    request.set_earliest(true);
  } else {
    request.set_now(true);
  }
  uint64_t count = 0;
  session.environment().catch_interrupts();
  EventFollower follower(hub, session.environment(),
                         {.on_event =
                              [&](const v1::Event& event) {
                                takers.event(event);
                                return ++count != limit;
                              },
                          .on_gap =
                              [&](const v1::Gap& gap) {
                                takers.gap(gap);
                                return true;
                              },
                          .on_trouble = [&](const std::string& line) { session.Say(line); }});
  return follower.Run(request);
}

absl::StatusOr<ExitCode> PrintKept(Session& session, const v1::ListEventsResponse& kept) {
  Answer answer{.message = &kept, .items = ItemsOf(kept.events())};
  const bool wide = session.style().format == Format::kWide;
  Table table = EventTable(wide);
  for (const v1::Event& event : kept.events()) {
    answer.names.push_back(std::to_string(event.seq()));
    table.rows.push_back(EventRow(event, wide, session.environment().now()));
  }
  answer.tables = {std::move(table)};
  return PrintList(session, answer, "no events", "");
}

// Reads files. Hands on what is asked for as it comes, or with a limit the newest of it.
absl::Status ReadFiles(Session& session, const EventQuery& query, uint64_t limit,
                       const Takers& takers) {
  std::deque<v1::WatchEventsResponse> newest;  // begins with an event
  uint64_t events = 0;                         // in there
  const auto give = [&](const v1::WatchEventsResponse& item) {
    item.has_event() ? takers.event(item.event()) : takers.gap(item.gap());
  };
  const auto take = [&](const v1::WatchEventsResponse& item) {
    if (limit == 0) return give(item);
    newest.push_back(item);
    events += item.has_event() ? 1 : 0;
    while (!newest.empty() && (events > limit || !newest.front().has_event())) {
      events -= newest.front().has_event() ? 1 : 0;
      newest.pop_front();
    }
  };
  absl::Status status = ReadEventFiles(
      query.files, session.environment().in, query.since,
      {.on_item =
           [&](const v1::WatchEventsResponse& item, EventQuery::Moment time, size_t) {
             if (item.has_event() ? query.Has(item.event()) : query.IsWithin(time)) take(item);
           },
       .on_trouble = [&](const std::string& line) { session.Say(line); }});
  for (const v1::WatchEventsResponse& item : newest) give(item);
  return status;
}

absl::StatusOr<ExitCode> Events(Session& session, const Arguments& arguments) {
  auto query = EventQuery::From(arguments, session.environment().now());
  if (!query.ok()) return query.status();
  const uint64_t limit = LimitOf(arguments);
  bool gap = false;
  Printer printer(session);
  const Takers print{.event = [&](const v1::Event& event) { printer.Print(event); },
                     .gap =
                         [&](const v1::Gap& missing) {
                           gap = true;
                           printer.Print(missing);
                         }};
  const auto end = [&](const absl::Status& status) -> absl::StatusOr<ExitCode> {
    if (!status.ok()) return status;
    return gap ? ExitCode::kGap : ExitCode::kOk;
  };
  if (!query->files.empty()) return end(ReadFiles(session, *query, limit, print));
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  if (absl::Status status = query->CompleteIds(**hub); !status.ok()) return status;
  if (query->follow) return end(FollowEvents(session, **hub, *query, limit, print));

  const auto kept = ListKept(**hub, *query, limit);
  if (!kept.ok()) return kept.status();
  for (const v1::Gap& missing : kept->gaps()) session.Say(GapText(missing));
  if (auto printed = PrintKept(session, *kept); !printed.ok()) return printed;
  // Who asked for what there is has it.
  gap = query->from.has_value() && !kept->gaps().empty();
  return end(absl::OkStatus());
}

absl::StatusOr<ExitCode> Summarize(Session& session, const Arguments& arguments) {
  auto query = EventQuery::From(arguments, session.environment().now());
  if (!query.ok()) return query.status();
  EventSummary summary(arguments.has("by") ? arguments.text("by") : "kind");
  bool gap = false;
  bool counted = false;
  const Takers count{.event =
                         [&](const v1::Event& event) {
                           counted = true;
                           summary.Take(event);
                         },
                     .gap =
                         [&](const v1::Gap& missing) {
                           gap = true;
                           summary.Take(missing);
                           session.Say(GapText(missing));
                         }};
  const uint64_t limit = LimitOf(arguments);
  absl::Status status;
  if (!query->files.empty()) {
    status = ReadFiles(session, *query, limit, count);
  } else {
    const auto hub = session.client();
    if (!hub.ok()) return hub.status();
    if (absl::Status ids = query->CompleteIds(**hub); !ids.ok()) return ids;
    if (query->follow) {
      status = FollowEvents(session, **hub, *query, limit, count);
    } else {
      const auto kept = ListKept(**hub, *query, limit);
      status = kept.status();
      if (status.ok()) {
        for (const v1::Event& event : kept->events()) count.event(event);
        for (const v1::Gap& missing : kept->gaps()) count.gap(missing);
        gap = query->from.has_value() && gap;
      }
    }
  }
  if (status.ok() || counted) {
    const pigeonctl::v1::EventSummary result = summary.Result();
    Answer answer{.message = &result, .items = ItemsOf(result.rows())};
    for (const auto& row : result.rows()) answer.names.push_back(row.name());
    answer.tables = {SummaryTable(result)};
    session.Print(answer);
  }
  if (!status.ok()) return status;
  return gap ? ExitCode::kGap : ExitCode::kOk;
}

Command SummaryCommand() {
  Command command = {
      .name = "summary",
      .summary = "Count events by what they have in common",
      .details =
          "An event that stands for several counts as so many. With -f it counts what comes "
          "until it is interrupted.",
      .examples = {"pigeonctl events summary --since 1h --kind peerDisconnected --by reason",
                   "pigeonctl events summary --file events.jsonl --since 14:00 --by address"},
      .flags = EventQuery::Flags(),
      .run = Summarize};
  command.flags.push_back({.name = "by",
                           .value = "WHAT",
                           .help = "What to count by (default: kind)",
                           .choices = EventSummary::Groups()});
  return command;
}

}  // namespace

Command EventsCommand() {
  Command command = {
      .name = "events",
      .summary = "List the events a hub still keeps, or follow them as they happen",
      .details =
          "Every event has a number. If the hub no longer has what was asked for, a gap "
          "says how many are missing and the exit code is 8. With -f a lost connection is "
          "made anew and goes on where it was.",
      .examples = {"pigeonctl events -f --namespace chat",
                   "pigeonctl events --since 14:00 --until 14:10 --reason transport_lost",
                   "pigeonctl events --file /var/lib/pigeonhub/events.jsonl --since 2026-03-01",
                   "pigeonctl events -f -o jsonl --from-seq 4711 --epoch 0a1b2c3d"},
      .flags = EventQuery::Flags(),
      .commands = {SummaryCommand()},
      .run = Events};
  command.flags.push_back(
      Switch("payloads",
             "Also the data of signals between bootstrap hubs, in JSON and YAML alone; needs the "
             "role operator"));
  return command;
}

}  // namespace pigeonhub::cli
