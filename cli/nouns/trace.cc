// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
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
#include "cli/nouns/trace_drawing.h"
#include "cli/nouns/trace_rows.h"
#include "cli/nouns/whole_id.h"
#include "cli/text/count.h"
#include "pigeonctl/v1/trace.pb.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::steady_clock;

// A handshake is over when nothing came for so long; sooner when a peer reported that it is
// connected, and what other hubs saw of it is here.
constexpr std::chrono::seconds kQuiet{3};
constexpr std::chrono::milliseconds kAfterConnected{700};
// Or when there are so many steps: where everybody talks it is never quiet.
constexpr int kMostSteps = 1000;

// Collects what comes, and knows when a handshake is over.
class Collector {
 public:
  void Take(const v1::WatchHandshakeResponse& item) {
    switch (item.item_case()) {
      case v1::WatchHandshakeResponse::kStep:
        *trace_.add_steps() = item.step();
        last_ = steady_clock::now();
        has_signal_ = has_signal_ || IsSignal(item.step().kind());
        connected_ = connected_ || item.step().kind() == v1::HANDSHAKE_STEP_KIND_CONNECTED;
        return;
      case v1::WatchHandshakeResponse::kHub:
        return Keep(item.hub());
      case v1::WatchHandshakeResponse::kGap:
        trace_.set_missing_count(trace_.missing_count() +
                                 static_cast<int64_t>(item.gap().missing()));
        return;
      default:
        return;
    }
  }
  bool IsOver() const {
    if (trace_.steps_size() >= kMostSteps) return true;
    if (!has_signal_) return false;
    const auto since = steady_clock::now() - last_;
    return since >= kQuiet || (connected_ && since >= kAfterConnected);
  }
  bool has_steps() const { return !trace_.steps().empty(); }
  // What came since the last call, in order.
  pigeonctl::v1::Trace TakeTrace() {
    SortSteps(trace_);
    pigeonctl::v1::Trace taken = trace_;
    trace_.clear_steps();
    trace_.clear_missing_count();
    has_signal_ = connected_ = false;
    return taken;
  }

 private:
  static bool IsSignal(v1::HandshakeStepKind kind) {
    return kind != v1::HANDSHAKE_STEP_KIND_ANNOUNCED && kind != v1::HANDSHAKE_STEP_KIND_DISCOVERED;
  }
  void Keep(const v1::HandshakeHub& hub) {
    auto& hubs = *trace_.mutable_hubs();
    const auto known = std::find_if(hubs.begin(), hubs.end(), [&](const v1::HandshakeHub& one) {
      return one.hub_id() == hub.hub_id();
    });
    const int64_t omitted = known == hubs.end() ? 0 : known->omitted_count();
    v1::HandshakeHub& kept = known == hubs.end() ? *hubs.Add() : *known;
    kept = hub;
    kept.set_omitted_count(omitted + hub.omitted_count());
  }

  pigeonctl::v1::Trace trace_;
  steady_clock::time_point last_;
  bool has_signal_ = false;
  bool connected_ = false;
};

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

absl::StatusOr<ExitCode> Run(Session& session, const Arguments& arguments) {
  const auto request = RequestOf(session, arguments);
  if (!request.ok()) return request.status();
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  const bool follows = arguments.has("follow");
  const bool draws = arguments.has("draw") && session.style().format == Format::kTable;
  const bool wide = session.style().format == Format::kWide;
  std::optional<steady_clock::time_point> until;
  if (const auto most = arguments.duration("for")) until = steady_clock::now() + *most;

  if (request->namespace_().ends_with('*')) {
    session.Say("--namespace takes one whole name, in which * is a character like any other");
  }
  session.environment().catch_interrupts();
  Collector collector;
  HubNotes notes(session);
  StepPrinter printer(session);
  bool has_any = false;
  bool has_gap = false;
  const auto show = [&] {
    if (!collector.has_steps()) return;
    const pigeonctl::v1::Trace trace = collector.TakeTrace();
    session.PrintStreamed(AnswerOf(trace, draws, wide));
  };
  const auto stopped = [&] {
    if (follows && draws && collector.IsOver()) show();
    return session.environment().interrupted() ||
           (until.has_value() && steady_clock::now() >= *until) || (!follows && collector.IsOver());
  };
  v1::WatchHandshakeResponse item;
  const auto take = [&] {
    if (item.has_bookmark()) return true;
    if (item.has_hub()) notes.Note(item.hub());
    if (item.has_unreachable()) {
      session.Say("hub " + ShortHub(item.unreachable().hub_id()) +
                  " is not heard now: " + item.unreachable().reason());
    }
    has_any = has_any || item.has_step();
    has_gap = has_gap || item.has_gap();
    if (follows && !draws) {
      printer.Print(item);
    } else {
      collector.Take(item);
    }
    return true;
  };
  const absl::Status status = (*hub)->Stream(*request, item, take, stopped);
  show();
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
                   .help = "A peer's id, or the beginning of one that is connected",
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
          .run = Run};
}

}  // namespace pigeonhub::cli
