// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "cli/nouns/event_follower.h"
#include "cli/nouns/event_text.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/rpc/paging.h"
#include "pigeonctl/v1/answers.pb.h"

namespace pigeonhub::cli {
namespace {

absl::Status CheckFlags(const Arguments& arguments) {
  const int starts = arguments.has("from-seq") + arguments.has("earliest") + arguments.has("since");
  if (starts > 1) {
    return absl::InvalidArgumentError("--from-seq, --earliest and --since exclude each other");
  }
  if (arguments.has("epoch") && !arguments.has("from-seq")) {
    return absl::InvalidArgumentError("--epoch says to which run --from-seq belongs; give both");
  }
  if (arguments.has("with") && !arguments.has("peer")) {
    return absl::InvalidArgumentError("--with names the other peer of a pair; give --peer, too");
  }
  if (arguments.has("summary") && (arguments.has("kind") || arguments.has("exclude-kind"))) {
    return absl::InvalidArgumentError(
        "--summary counts peerDisconnected; leave out --kind and --exclude-kind");
  }
  return absl::OkStatus();
}

v1::EventFilter FilterOf(const Arguments& arguments) {
  v1::EventFilter filter;
  for (const std::string& name : arguments.all("kind")) filter.add_kinds(*KindNamed(name));
  for (const std::string& name : arguments.all("exclude-kind")) {
    filter.add_exclude_kinds(*KindNamed(name));
  }
  if (arguments.has("summary")) filter.add_kinds(v1::EVENT_KIND_PEER_DISCONNECTED);
  filter.set_namespace_(arguments.text("namespace"));
  filter.set_peer_id(arguments.text("peer"));
  filter.set_other_peer_id(arguments.text("with"));
  filter.set_signal_payloads(arguments.has("payloads"));
  return filter;
}

v1::EventCursor FromSeq(const Arguments& arguments) {
  v1::EventCursor cursor;
  cursor.set_epoch(arguments.text("epoch"));
  cursor.set_seq(*arguments.number("from-seq"));
  return cursor;
}

// Counts what came: gaps for the exit code, and disconnects for the summary.
class Record {
 public:
  void Take(const v1::Event& event) {
    if (event.has_peer_disconnected()) ++reasons_[event.peer_disconnected().reason()];
  }
  void Take(const v1::Gap& gap) {
    gap_ = true;
    missing_ += gap.missing();
  }

  ExitCode exit_code() const { return gap_ ? ExitCode::kGap : ExitCode::kOk; }

  pigeonctl::v1::DisconnectSummary Summary() const {
    pigeonctl::v1::DisconnectSummary summary;
    summary.set_missing(missing_);
    for (const auto& [reason, count] : reasons_) {
      summary.set_total(summary.total() + count);
      auto& entry = *summary.add_reasons();
      entry.set_reason(reason);
      entry.set_count(count);
    }
    std::stable_sort(summary.mutable_reasons()->begin(), summary.mutable_reasons()->end(),
                     [](const auto& a, const auto& b) { return a.count() > b.count(); });
    return summary;
  }

 private:
  std::map<v1::Reason, int64_t> reasons_;
  uint64_t missing_ = 0;
  bool gap_ = false;
};

void PrintSummary(Session& session, const Record& record) {
  const pigeonctl::v1::DisconnectSummary summary = record.Summary();
  Answer answer{.message = &summary, .items = ItemsOf(summary.reasons())};
  for (const v1::ReasonCount& count : summary.reasons()) {
    answer.names.push_back(ReasonText(count.reason()));
  }
  Table table = ReasonTable(summary.reasons());
  table.rows.push_back({"total", summary.total()});
  answer.tables = {std::move(table)};
  session.Print(answer);
}

// Prints the items of a stream one by one.
class Printer {
 public:
  explicit Printer(Session& session)
      : session_(session),
        wide_(session.style().format == Format::kWide),
        table_(EventTable(wide_)) {}

  void Print(const v1::Event& event) {
    Print(event, {std::to_string(event.seq())}, EventRow(event, wide_));
  }

  // In the data a gap stands in the place of its events: {"gap":{…}}.
  void Print(const v1::Gap& gap) {
    v1::WatchEventsResponse item;
    *item.mutable_gap() = gap;
    Print(item, {}, GapRow(gap));
  }

 private:
  void Print(const google::protobuf::Message& message, std::vector<std::string> names,
             std::vector<Cell> row) {
    table_.rows = {std::move(row)};
    session_.PrintStreamed(Answer{
        .message = &message, .items = {&message}, .names = std::move(names), .tables = {table_}});
    for (Column& column : table_.columns)
      column.title.clear();  // they were printed above the first row
  }

  Session& session_;
  bool wide_;
  Table table_;
};

absl::StatusOr<ExitCode> Follow(Session& session, Client& hub, const Arguments& arguments) {
  v1::WatchEventsRequest request;
  *request.mutable_filter() = FilterOf(arguments);
  if (arguments.has("from-seq")) {
    *request.mutable_from() = FromSeq(arguments);
  } else if (const auto since = arguments.duration("since")) {
    *request.mutable_from_time() =
        ToProto(session.environment().now() -
                std::chrono::duration_cast<std::chrono::microseconds>(*since));
  } else if (arguments.has("earliest")) {
    request.set_earliest(true);
  } else {
    request.set_now(true);
  }

  const bool counting = arguments.has("summary");
  const uint64_t limit = LimitOf(arguments);
  Printer printer(session);
  Record record;
  uint64_t count = 0;
  session.environment().catch_interrupts();
  EventFollower follower(hub, session.environment(),
                         {.on_event =
                              [&](const v1::Event& event) {
                                record.Take(event);
                                if (!counting) printer.Print(event);
                                return ++count != limit;
                              },
                          .on_gap =
                              [&](const v1::Gap& gap) {
                                record.Take(gap);
                                if (counting) session.Say(GapText(gap));
                                if (!counting) printer.Print(gap);
                                return true;
                              },
                          .on_trouble = [&](const std::string& line) { session.Say(line); }});
  absl::Status status = follower.Run(request);
  if (counting && (status.ok() || count > 0)) PrintSummary(session, record);
  if (!status.ok()) return status;
  return record.exit_code();
}

// Where a list from --from-seq begins. Calls `on_gap` if events before that are missing. The hub
// tells both to a watcher before it sends events, so this watches for a moment.
absl::StatusOr<uint64_t> FirstKept(Client& hub, const Arguments& arguments,
                                   const std::function<void(const v1::Gap&)>& on_gap) {
  v1::WatchEventsRequest request;
  *request.mutable_from() = FromSeq(arguments);
  uint64_t first = request.from().seq();
  v1::WatchEventsResponse item;
  const auto take = [&] {
    if (!item.has_gap()) return false;
    on_gap(item.gap());
    first = item.gap().resume().seq();
    return true;
  };
  absl::Status status = hub.Stream(request, item, take, [] { return false; });
  if (!status.ok()) return status;
  return first;
}

absl::StatusOr<ExitCode> ListKept(Session& session, Client& hub, const Arguments& arguments) {
  Record record;
  uint64_t first_seq = 0;
  if (arguments.has("from-seq")) {
    const auto first = FirstKept(hub, arguments, [&](const v1::Gap& gap) {
      record.Take(gap);
      session.Say(GapText(gap));
    });
    if (!first.ok()) return first.status();
    first_seq = *first;
  }
  std::optional<std::chrono::system_clock::time_point> first_time;
  if (const auto since = arguments.duration("since")) {
    first_time =
        session.environment().now() - std::chrono::duration_cast<std::chrono::microseconds>(*since);
  }

  v1::ListEventsRequest request;
  *request.mutable_filter() = FilterOf(arguments);
  v1::ListEventsResponse all;
  absl::Status status = CollectPages<v1::ListEventsRequest, v1::ListEventsResponse>(
      hub, request, 0, all, [](const auto& page) { return page.events_size(); });
  if (!status.ok()) return status;
  auto& events = *all.mutable_events();
  const auto too_old = [&](const v1::Event& event) {
    return event.seq() < first_seq || (first_time && ToChrono(event.time()) < *first_time);
  };
  events.erase(std::remove_if(events.begin(), events.end(), too_old), events.end());
  const int limit = static_cast<int>(
      std::min<uint64_t>(LimitOf(arguments), static_cast<uint64_t>(events.size())));
  // Of a list that is too long the user gets the newest events.
  if (limit > 0 && limit < events.size()) events.DeleteSubrange(0, events.size() - limit);
  // The gaps between the events that are shown. With --from-seq also those before the first event:
  // the user asked for everything from that number on.
  auto& gaps = *all.mutable_gaps();
  const uint64_t shown_from = arguments.has("from-seq") ? first_seq
                              : events.empty()          ? UINT64_MAX
                                                        : events[0].seq();
  const auto before = [&](const v1::Gap& gap) { return gap.resume().seq() <= shown_from; };
  gaps.erase(std::remove_if(gaps.begin(), gaps.end(), before), gaps.end());
  for (const v1::Gap& gap : gaps) {
    session.Say(GapText(gap));
    if (arguments.has("from-seq")) record.Take(gap);
  }

  if (arguments.has("summary")) {
    for (const v1::Event& event : events) record.Take(event);
    PrintSummary(session, record);
    return record.exit_code();
  }
  Answer answer{.message = &all, .items = ItemsOf(events)};
  const bool wide = session.style().format == Format::kWide;
  Table table = EventTable(wide);
  for (const v1::Event& event : events) {
    answer.names.push_back(std::to_string(event.seq()));
    table.rows.push_back(EventRow(event, wide));
  }
  answer.tables = {std::move(table)};
  const auto printed = PrintList(session, answer, "no events", "");
  return printed.ok() ? record.exit_code() : printed;
}

absl::StatusOr<ExitCode> Events(Session& session, const Arguments& arguments) {
  if (absl::Status status = CheckFlags(arguments); !status.ok()) return status;
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  return arguments.has("follow") ? Follow(session, **hub, arguments)
                                 : ListKept(session, **hub, arguments);
}

}  // namespace

Command EventsCommand() {
  return {
      .name = "events",
      .summary = "List the events a hub still keeps, or follow them as they happen",
      .details =
          "Every event has a number. If the hub no longer has what was asked for, a gap "
          "says how many are missing and the exit code is 8. With -f a lost connection is "
          "made anew and goes on where it was.",
      .examples = {"pigeonctl events -f --namespace chat", "pigeonctl events --since 1h --summary",
                   "pigeonctl events -f -o jsonl --from-seq 4711 --epoch 0a1b2c3d"},
      .flags =
          {Switch("follow", "Go on with what happens, from now or from the start given", 'f'),
           {.name = "from-seq", .value = "N", .help = "Start at this event", .kind = Kind::kNumber},
           {.name = "epoch",
            .value = "ID",
            .help = "The run of the hub that --from-seq counts in; another one is a gap"},
           Switch("earliest", "Start at the oldest event kept; without -f the default"),
           {.name = "since",
            .value = "TIME",
            .help = "Start so long ago, e.g. 10m",
            .kind = Kind::kDuration},
           {.name = "kind",
            .value = "KIND",
            .help = "Only these",
            .choices = KindNames(),
            .repeated = true},
           {.name = "exclude-kind",
            .value = "KIND",
            .help = "Not these",
            .choices = KindNames(),
            .repeated = true},
           {.name = "namespace",
            .value = "NAME",
            .help = "Only of this namespace",
            .words = Words::kNamespaces},
           {.name = "peer",
            .value = "ID",
            .help = "Only about this peer or hub",
            .words = Words::kPeers},
           {.name = "with",
            .value = "ID",
            .help = "Only about the pair of --peer and this one",
            .words = Words::kPeers},
           {.name = "limit",
            .value = "N",
            .help = "At most so many: the newest, or with -f the next (default: all)",
            .kind = Kind::kNumber},
           Switch(
               "payloads",
               "Also the data of signals between bootstrap hubs, in JSON and YAML alone; needs the "
               "role operator"),
           Switch("summary", "Count peers that disconnected by reason instead")},
      .run = Events};
}

}  // namespace pigeonhub::cli
