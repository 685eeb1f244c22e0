// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "cli/nouns/event_files.h"
#include "cli/nouns/event_query.h"
#include "cli/nouns/explain_events.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/outage.h"
#include "cli/nouns/paragraph.h"
#include "cli/nouns/pause.h"
#include "cli/nouns/session.h"
#include "pigeonhub/findings.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kIdLength = 40;
// How long -f waits for an event of the pair before it asks again.
constexpr std::chrono::seconds kAskAgain{3};

std::string CertaintyWord(v1::Certainty certainty) {
  switch (certainty) {
    case v1::CERTAINTY_POSSIBLE:
      return "possible";
    case v1::CERTAINTY_LIKELY:
      return "likely";
    case v1::CERTAINTY_CERTAIN:
      return "certain";
    default:
      return std::to_string(certainty);
  }
}

std::string WordsOf(const v1::ExplainPairResponse& response) {
  switch (response.outcome()) {
    case v1::PAIR_OUTCOME_CAUSE_FOUND:
      return "cause found";
    case v1::PAIR_OUTCOME_UNDER_WAY:
      if (response.because() == TextOf(FindingCode::kOtherHubNotAsked).name) {
        return "not known at this hub";
      }
      return response.because() == TextOf(FindingCode::kSignalsNotKept).name
                 ? "not known from these events"
                 : "under way, too early to say";
    case v1::PAIR_OUTCOME_COMPLETE:
      return "signaling complete";
    case v1::PAIR_OUTCOME_CONNECTED:
      return "connected";
    case v1::PAIR_OUTCOME_NEVER_SEEN:
      return "neither was ever seen";
    default:
      return std::to_string(response.outcome());
  }
}

bool IsHex(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isxdigit(c); });
}

absl::Status CheckId(const std::string& text) {
  if (IsHex(text) && text.size() <= kIdLength) return absl::OkStatus();
  return absl::InvalidArgumentError(Shown(text) +
                                    " is no id of a peer, which has 40 hexadecimal digits");
}

// The id that begins so, of a peer that the hub knows: it is connected here or to another hub, or
// left a while ago. A whole id may be that of anybody.
absl::StatusOr<std::string> WholeId(Session& session, const std::string& text) {
  if (absl::Status status = CheckId(text); !status.ok()) return status;
  if (text.size() == kIdLength) return text;
  v1::FindPeerRequest request;
  request.set_peer_id(text);
  v1::FindPeerResponse found;
  if (auto status = session.Call(request, found); !status.ok()) return status;
  return found.has_peer() ? found.peer().peer_id() : found.departure().peer_id();
}

std::string MomentsText(const v1::Finding& finding) {
  std::string text;
  for (const v1::FindingMoment& moment : finding.moments()) {
    text += (text.empty() ? "" : ", ") + moment.what() + ' ' + TimeText(moment.time());
  }
  return text;
}

std::string EventsText(const v1::Finding& finding) {
  std::string text;
  for (const uint64_t seq : finding.event_seqs()) {
    text += (text.empty() ? "" : ",") + std::to_string(seq);
  }
  return text;
}

// "5,9" of one hub, and "5,9; 12" where another one says "12".
void AddOther(const std::string& text, Cell& cell) {
  if (text == "-") return;
  if (cell.text == "-") {
    cell.text = text;
  } else if (("; " + cell.text + "; ").find("; " + text + "; ") == std::string::npos) {
    cell.text += "; " + text;
  }
}

// What several hubs say alike is one row, which names them.
Table FindingTable(const v1::ExplainPairResponse& response) {
  Table table{{{.title = "CODE"},
               {.title = "PEER"},
               {.title = "FINDING", .shrinks = true},
               {.title = "SURE"},
               {.title = "DETAIL", .shrinks = true},
               {.title = "WHEN", .wide_only = true},
               {.title = "EVENTS", .wide_only = true}},
              {}};
  using Said = std::tuple<std::string, std::string, std::string, int, std::string>;
  std::map<Said, size_t> rows;
  std::vector<std::string> hubs;  // by row
  bool has_hubs = false;
  for (const v1::Finding& finding : response.findings()) {
    has_hubs = has_hubs || !finding.hub_id().empty();
    const std::string hub = ShortId(finding.hub_id());
    const std::string when = OrDash(MomentsText(finding));
    const std::string events = OrDash(EventsText(finding));
    const auto [row, is_new] = rows.try_emplace(
        {finding.code(), finding.peer_id(), finding.title(), finding.certainty(), finding.detail()},
        table.rows.size());
    if (!is_new && !hub.empty()) {
      hubs[row->second] += (hubs[row->second].empty() ? "" : ",") + hub;
      AddOther(when, table.rows[row->second][5]);
      AddOther(events, table.rows[row->second][6]);
      continue;
    }
    const Tone tone = finding.is_cause() ? Tone::kBad : Tone::kPlain;
    table.rows.push_back({{finding.code(), tone},
                          OrDash(ShortId(finding.peer_id())),
                          finding.title(),
                          CertaintyWord(finding.certainty()),
                          OrDash(finding.detail()),
                          when,
                          events});
    hubs.push_back(hub);
  }
  if (!has_hubs) return table;
  table.columns.insert(table.columns.begin() + 1, {.title = "AT HUB"});
  for (size_t i = 0; i < hubs.size(); ++i) {
    table.rows[i].insert(table.rows[i].begin() + 1, OrDash(hubs[i]));
  }
  return table;
}

// What follows from the findings, and from which.
Table VerdictTable(const v1::ExplainPairResponse& response) {
  std::string verdict = WordsOf(response);
  const auto because = std::find_if(
      response.findings().begin(), response.findings().end(), [&](const v1::Finding& finding) {
        return finding.code() == response.because() && finding.certainty() == response.certainty();
      });
  if (because == response.findings().end()) return Facts({{"Verdict", verdict}});
  verdict += ", " + CertaintyWord(response.certainty()) + ": " + response.because() + " (" +
             because->title() + ")";
  std::vector<std::pair<std::string, Cell>> facts;
  AddParagraph(facts, "Verdict", verdict);
  if (!because->peer_id().empty()) facts.emplace_back("Peer", because->peer_id());
  if (!because->hub_id().empty()) facts.emplace_back("At hub", because->hub_id());
  if (!because->detail().empty()) AddParagraph(facts, "Detail", because->detail());
  if (because->moments_size() > 0) AddParagraph(facts, "When", MomentsText(*because));
  AddParagraph(facts, "Cause", because->cause());
  std::string action = because->action();
  action.erase(std::remove(action.begin(), action.end(), '`'), action.end());
  AddParagraph(facts, "To do", action);
  return Facts(std::move(facts));
}

Answer AnswerOf(const v1::ExplainPairResponse& response) {
  Answer answer{.message = &response, .items = ItemsOf(response.findings())};
  for (const v1::Finding& finding : response.findings()) answer.names.push_back(finding.code());
  answer.tables = {FindingTable(response), VerdictTable(response)};
  return answer;
}

ExitCode ExitCodeOf(v1::PairOutcome outcome) {
  switch (outcome) {
    case v1::PAIR_OUTCOME_COMPLETE:
    case v1::PAIR_OUTCOME_CONNECTED:
      return ExitCode::kOk;
    case v1::PAIR_OUTCOME_NEVER_SEEN:
      return ExitCode::kNotFound;
    default:
      return ExitCode::kFailed;
  }
}

// Nobody needs to wait for more.
bool IsOver(v1::PairOutcome outcome) {
  return outcome != v1::PAIR_OUTCOME_UNDER_WAY && outcome != v1::PAIR_OUTCOME_NEVER_SEEN;
}

// Returns when something happened to the pair, or after a while.
absl::Status AwaitNews(Session& session, Client& hub, const v1::ExplainPairRequest& pair) {
  v1::WatchEventsRequest request;
  request.set_now(true);
  v1::EventFilter& filter = *request.mutable_filter();
  for (const auto kind : {v1::EVENT_KIND_SIGNAL_RELAYED, v1::EVENT_KIND_SIGNAL_DROPPED,
                          v1::EVENT_KIND_PAIR_CONNECTED, v1::EVENT_KIND_PAIR_FAILED}) {
    filter.add_kinds(kind);
  }
  filter.set_peer_id(pair.peer_id());
  filter.set_other_peer_id(pair.other_peer_id());
  const auto until = std::chrono::steady_clock::now() + kAskAgain;
  v1::WatchEventsResponse item;
  return hub.Stream(
      request, item, [&] { return !item.has_event(); },
      [&] {
        return session.environment().interrupted() || std::chrono::steady_clock::now() >= until;
      });
}

absl::StatusOr<ExitCode> FollowPair(Session& session, Client& hub,
                                    const v1::ExplainPairRequest& request) {
  Environment& environment = session.environment();
  environment.catch_interrupts();
  v1::ExplainPairResponse response;
  if (auto status = hub.Call(request, response); !status.ok()) return status;
  // What was shown last: what was found, without how long it has been so.
  std::vector<std::string> shown;
  Outage outage(session);
  bool is_lost = false;  // what happens is not heard now
  for (;;) {
    Answer answer = AnswerOf(response);
    std::vector<std::string> found = answer.names;
    found.push_back(WordsOf(response));
    if (found != shown) {
      const Format format = session.style().format;
      const bool is_table = format == Format::kTable || format == Format::kWide;
      if (!shown.empty() && is_table) session.Print("\n");
      session.PrintStreamed(answer);
      shown = std::move(found);
    }
    if (IsOver(response.outcome()) || environment.interrupted()) break;
    absl::Status status = is_lost ? absl::OkStatus() : AwaitNews(session, hub, request);
    if (status.ok()) status = hub.Call(request, response);
    is_lost = !status.ok();
    if (!outage.Outlives(status)) return status;
    if (is_lost && !Pause(environment, Outage::kAskAgain)) break;
  }
  return ExitCodeOf(response.outcome());
}

// Asks no hub, but events that hubs wrote down.
absl::StatusOr<ExitCode> ExplainFromFiles(Session& session, const Arguments& arguments,
                                          const EventQuery& query) {
  const std::vector<std::string>& peers = arguments.operands();
  for (const std::string& peer : peers) {
    if (absl::Status status = CheckId(peer); !status.ok()) return status;
  }
  ExplainEvents events(peers[0], peers[1], arguments.text("namespace"));
  absl::Status status = ReadEventFiles(
      query.files, session.environment().in, query.since,
      {.on_item =
           [&](const v1::WatchEventsResponse& item, EventQuery::Moment time, size_t file) {
             if (query.IsWithin(time)) events.Take(item, file);
           },
       .on_trouble = [&](const std::string& line) { session.Say(line); }});
  if (!status.ok()) return status;
  const auto say = [&](uint64_t count, std::string_view what) {
    if (count > 0) session.Say(std::to_string(count) + std::string(what));
  };
  say(events.gaps(), events.gaps() == 1 ? " gap in the events: what it hides is not known"
                                        : " gaps in the events: what they hide is not known");
  say(events.left_out(), " events left out: they are of more hubs or links than this can tell of");
  const auto response = events.Result();
  if (!response.ok()) return response.status();
  session.Print(AnswerOf(*response));
  return ExitCodeOf(response->outcome());
}

absl::StatusOr<ExitCode> RunExplain(Session& session, const Arguments& arguments) {
  const auto query = EventQuery::From(arguments, session.environment().now());
  if (!query.ok()) return query.status();
  if (!query->files.empty()) return ExplainFromFiles(session, arguments, *query);
  if (query->since.has_value() || query->until.has_value()) {
    return absl::InvalidArgumentError(
        "--since and --until are about events of --file; a hub tells what is so now");
  }
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  const auto peer = WholeId(session, arguments.operands()[0]);
  if (!peer.ok()) return peer.status();
  const auto other = WholeId(session, arguments.operands()[1]);
  if (!other.ok()) return other.status();
  if (*peer == *other) return absl::InvalidArgumentError("A and B are the same peer; give two");
  v1::ExplainPairRequest request;
  request.set_peer_id(*peer);
  request.set_other_peer_id(*other);
  request.set_namespace_(arguments.text("namespace"));
  if (arguments.has("follow")) return FollowPair(session, **hub, request);
  v1::ExplainPairResponse response;
  if (auto status = session.Call(request, response); !status.ok()) return status;
  session.Print(AnswerOf(response));
  return ExitCodeOf(response.outcome());
}

}  // namespace

Command ExplainCommand() {
  const auto peer = [](std::string name) {
    return Operand{.name = std::move(name),
                   .help = "A peer's id, or the beginning of one that the hub or a file knows",
                   .words = Words::kPeers};
  };
  // Where events are, and which.
  std::vector<Flag> flags;
  for (const Flag& flag : EventQuery::Flags()) {
    if (flag.name == "file" || flag.name == "since" || flag.name == "until") flags.push_back(flag);
  }
  flags.insert(
      flags.begin(),
      {{.name = "namespace",
        .value = "NAME",
        .help = "The namespace that both should be in",
        .words = Words::kNamespaces},
       Switch("follow", "Ask again until there is a cause, or the signaling is complete", 'f')});
  return {
      .name = "explain",
      .summary = "Say why two peers do not meet, as far as the hub knows",
      .details =
          "The hub sees who signals to whom and which kinds of candidates they have, and "
          "nothing of what they say. Exit code 0: connected, or all signals went "
          "through; 1: a cause was found, or it is too early to say; 5: neither peer was "
          "ever seen. With --file it answers from what --event-log wrote, as it was at the end of "
          "that, or at --until; signals are in there only if somebody watched them. "
          "`pigeonctl errors CODE` says what a finding means.",
      .examples = {"pigeonctl explain 0a1b 9f3c --namespace chat", "pigeonctl explain 0a1b 9f3c -f",
                   "pigeonctl explain 0a1b 9f3c --file hub1.jsonl --file hub2.jsonl --until "
                   "14:05"},
      .operands = {peer("A"), peer("B")},
      .flags = std::move(flags),
      .run = RunExplain};
}

}  // namespace pigeonhub::cli
