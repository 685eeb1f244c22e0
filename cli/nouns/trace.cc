// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/nouns/trace_collector.h"
#include "cli/nouns/trace_drawing.h"
#include "cli/nouns/trace_rows.h"
#include "cli/nouns/whole_id.h"
#include "cli/text/count.h"
#include "pigeonctl/v1/trace.pb.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::steady_clock;

Answer AnswerOf(const pigeonctl::v1::Trace& trace, bool draws, bool wide) {
  Answer answer{.message = &trace, .items = ItemsOf(trace.steps())};
  Table table = draws ? Table{{{}}, {}} : StepTable(wide);
  if (draws) {
    // A sentence has one line only, so each line of the drawing is a row of a table.
    for (const std::string& line : DrawTrace(trace)) table.rows.emplace_back().push_back(line);
  } else if (!trace.steps().empty()) {
    const auto began = ToChrono(trace.steps(0).time());
    for (const auto& step : trace.steps()) table.rows.push_back(StepRow(step, began, wide));
  }
  for (const auto& step : trace.steps()) answer.names.push_back(step.hub_id());
  answer.tables = {std::move(table)};
  return answer;
}

// Says on stderr what is known of other hubs, once for each state.
class HubNotes {
 public:
  explicit HubNotes(Session& session) : session_(session) {}
  void Note(const v1::HandshakeHub& hub) {
    const bool is_news = std::exchange(states_[hub.hub_id()], hub.state()) != hub.state();
    if (is_news || hub.omitted_count() > 0) session_.Say(HubText(hub));
  }

 private:
  Session& session_;
  std::map<std::string, v1::HandshakeHubState> states_;
};

// Prints what comes one by one.
class StepPrinter {
 public:
  explicit StepPrinter(Session& session)
      : session_(session),
        wide_(session.style().format == Format::kWide),
        table_(StepTable(wide_)) {}

  void Print(const v1::WatchHandshakeResponse& item) {
    const bool for_people = IsForPeople(session_.style().format);
    if (item.has_step()) {
      const auto at = ToChrono(item.step().time());
      if (!began_.has_value()) began_ = at;
      table_.rows = {StepRow(item.step(), *began_, wide_)};
    } else if (for_people) {
      if (item.has_gap()) {
        session_.Say("a gap: " + Counted(static_cast<int64_t>(item.gap().missing()), "step") +
                     " missing");
      }
      return;
    }
    session_.PrintStreamed(Answer{
        .message = &item, .items = {&item}, .names = {item.step().hub_id()}, .tables = {table_}});
    for (Column& column : table_.columns) column.title.clear();
  }

 private:
  Session& session_;
  bool wide_;
  Table table_;
  std::optional<std::chrono::system_clock::time_point> began_;
};

absl::StatusOr<v1::WatchHandshakeRequest> RequestOf(Session& session, const Arguments& arguments) {
  const std::vector<std::string>& peers = arguments.operands();
  v1::WatchHandshakeRequest request;
  request.set_namespace_(arguments.text("namespace"));
  if (arguments.has("namespace") != peers.empty() || peers.size() == 1) {
    return absl::InvalidArgumentError("give two peers, or --namespace, and not both");
  }
  if (peers.empty()) return request;
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  const auto peer = WholePeerId(**hub, peers[0]);
  if (!peer.ok()) return peer.status();
  const auto other = WholePeerId(**hub, peers[1]);
  if (!other.ok()) return other.status();
  request.set_peer_id(*peer);
  request.set_other_peer_id(*other);
  return request;
}

absl::StatusOr<ExitCode> RunTrace(Session& session, const Arguments& arguments) {
  const auto request = RequestOf(session, arguments);
  if (!request.ok()) return request.status();
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  const bool follows = arguments.has("follow");
  const bool draws = arguments.has("draw") && session.style().format == Format::kTable;
  const bool wide = session.style().format == Format::kWide;
  // In a namespace a handshake need not wait for the others.
  const bool in_pieces = follows || request->peer_id().empty();
  std::optional<steady_clock::time_point> until;
  if (const auto most = arguments.duration("for")) until = steady_clock::now() + *most;

  if (request->namespace_().ends_with('*')) {
    session.Say("--namespace takes one whole name, in which * is a character like any other");
  }
  session.environment().catch_interrupts();
  TraceCollector collector;
  HubNotes notes(session);
  StepPrinter printer(session);
  bool has_any = false;
  bool has_gap = false;
  bool has_shown = false;
  const auto show = [&](const pigeonctl::v1::Trace& trace) {
    if (std::exchange(has_shown, true) && IsForPeople(session.style().format)) session.Print("\n");
    session.PrintStreamed(AnswerOf(trace, draws, wide));
  };
  const auto stopped = [&] {
    const auto now = steady_clock::now();
    if (in_pieces) {
      for (const pigeonctl::v1::Trace& trace : collector.TakeComplete(now)) show(trace);
    }
    return session.environment().interrupted() || (until.has_value() && now >= *until) ||
           (!follows && collector.IsOver(now));
  };
  v1::WatchHandshakeResponse item;
  const auto take = [&] {
    if (item.has_bookmark()) return true;
    if (item.has_hub()) notes.Note(item.hub());
    if (item.has_unreachable()) {
      session.Say("hub " + ShortId(item.unreachable().hub_id()) +
                  " is not heard now: " + item.unreachable().reason());
    }
    has_any = has_any || item.has_step();
    has_gap = has_gap || item.has_gap();
    if (follows && !draws) {
      printer.Print(item);
    } else {
      collector.Take(item, steady_clock::now());
    }
    // Where much happens nobody else asks.
    return !stopped();
  };
  const absl::Status status = (*hub)->Stream(*request, item, take, stopped);
  if (collector.has_steps()) show(collector.TakeRest());
  if (!status.ok()) return status;
  if (!has_any) {
    session.Say("nothing happened");
    return ExitCode::kNotFound;
  }
  return has_gap ? ExitCode::kGap : ExitCode::kOk;
}

}  // namespace

Command TraceCommand() {
  const auto peer = [](std::string name) {
    return Operand{.name = std::move(name),
                   .help = "A peer's id, or the beginning of one that is connected to any hub",
                   .words = Words::kPeers,
                   .optional = true};
  };
  return {.name = "trace",
          .summary = "Show a handshake step by step, over all hubs that it passes",
          .details =
              "Waits for a handshake of two peers, or of peers of a namespace, and shows "
              "it once it is over: who announced, who was told of whom, which signal passed "
              "which hub, how long it waited there and how long it was on the line. Times "
              "are in ms, and those of other hubs are brought to the clock of the hub that is "
              "asked; ± says how wrong they may be. Only hubs that were admitted by token are "
              "asked. With -f it goes on, and shows each step as the hub hears of it. Exit code "
              "5: nothing happened; 8: steps are missing.",
          .examples = {"pigeonctl trace 0a1b 9f3c --draw",
                       "pigeonctl trace --namespace chat -f -o jsonl"},
          .operands = {peer("A"), peer("B")},
          .flags = {{.name = "namespace",
                     .value = "NAME",
                     .help = "All handshakes of this namespace",
                     .words = Words::kNamespaces},
                    Switch("follow", "Go on until interrupted", 'f'),
                    Switch("draw", "Draw a waterfall of 80 columns in the place of a table"),
                    {.name = "for",
                     .value = "TIME",
                     .help = "End after so long, whatever came",
                     .kind = Kind::kDuration}},
          .run = RunTrace};
}

}  // namespace pigeonhub::cli
