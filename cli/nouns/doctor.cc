// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/nouns/doctor_outside.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/peer_entry.h"
#include "cli/nouns/session.h"
#include "cli/probe/grpc_endpoint.h"
#include "cli/rpc/context_file.h"
#include "cli/rpc/paging.h"
#include "cli/rpc/target.h"
#include "cli/text/count.h"
#include "pigeonctl/v1/doctor.pb.h"
#include "pigeonhub_version.h"
#include "proto/doctor/examine.h"
#include "server/base/characters.h"
#include "server/base/wrapping.h"

namespace pigeonhub::cli {
namespace {

using doctor::Check;
using doctor::Diagnoses;
using pigeonctl::v1::Doctor;
using pigeonctl::v1::DoctorFinding;

constexpr std::chrono::seconds kDoctorStepTimeout{10};
// A format of this command alone.
constexpr std::string_view kShort = "short";

// Until when the certificate of the control API is valid; empty without TLS.
std::optional<std::chrono::system_clock::time_point> ControlCertificateEnd(Session& session) {
  const Variables& variables = session.environment().variables;
  const auto contexts = LoadContexts(ContextFilePath(variables));
  if (!contexts.ok()) return std::nullopt;
  const auto target = ResolveTarget(session.arguments(), variables, *contexts, DefaultAddress());
  if (!target.ok() || !target->tls) return std::nullopt;
  const EndpointFinding finding = LookAt({.address = target->address,
                                          .tls = true,
                                          .ca = target->ca,
                                          .cert = target->cert,
                                          .key = target->key,
                                          .tls_server_name = target->tls_server_name},
                                         std::chrono::steady_clock::now() + kDoctorStepTimeout);
  if (!finding.certificate) return std::nullopt;
  return std::chrono::system_clock::time_point(
      std::chrono::milliseconds(finding.certificate->not_after));
}

// Asks the hub, and looks at what it answers.
void AskInside(Session& session, const Arguments& arguments, Diagnoses& found) {
  doctor::HubAnswers hub;
  const auto client = session.client();
  absl::Status status = client.status();
  if (status.ok()) status = (*client)->Call(v1::GetStatsRequest(), hub.stats);
  if (status.ok()) status = (*client)->Call(v1::GetServerInfoRequest(), hub.info);
  if (status.ok()) status = (*client)->Call(v1::GetLimitsRequest(), hub.limits);
  if (status.ok()) status = (*client)->Call(v1::GetTopologyRequest(), hub.mesh);
  if (status.ok()) {
    status = CollectPages<v1::ListEventsRequest, v1::ListEventsResponse>(
        **client, doctor::EventsOfLately(session.environment().now()), doctor::kMostItems,
        hub.events, [](const auto& page) { return page.events_size(); });
  }
  if (status.ok()) {
    status = CollectPages<v1::ListLinksRequest, v1::ListLinksResponse>(
        **client, v1::ListLinksRequest(), doctor::kMostItems, hub.links,
        [](const auto& page) { return page.links_size(); });
  }
  if (!status.ok()) {
    AddIll(found, Check::kControlApi, "control API", std::string(status.message()));
    return;
  }
  if (hub.mesh.hubs_size() > 1) {
    v1::GetServerInfoRequest all;
    all.set_hub_id("*");
    const auto begin = std::chrono::steady_clock::now();
    // A hub of an older version cannot ask the others; then there is nothing to compare.
    (void)(*client)->Call(all, hub.hubs);
    hub.hubs_took = std::chrono::steady_clock::now() - begin;
  }
  const std::string subject = "control API";
  AddWell(found, Check::kControlApi, subject, hub.info.hub_peer_id());
  hub.asker_version = std::string(kVersion);
  hub.control_certificate_end = ControlCertificateEnd(session);
  hub.grace = arguments.duration("grace");
  doctor::Examine(hub, subject, session.environment().now(), found);
}

std::string ResultOf(v1::DiagnosisSeverity severity) {
  switch (severity) {
    case v1::DIAGNOSIS_SEVERITY_OK:
      return "ok";
    case v1::DIAGNOSIS_SEVERITY_WARNING:
      return "warning";
    default:
      return "error";
  }
}

Doctor DoctorOf(Diagnoses found) {
  Doctor doctor;
  doctor.set_healthy(true);
  for (v1::Diagnosis& diagnosis : found) {
    DoctorFinding& finding = *doctor.add_findings();
    finding.set_code(std::move(*diagnosis.mutable_code()));
    finding.set_result(ResultOf(diagnosis.severity()));
    finding.set_subject(std::move(*diagnosis.mutable_subject()));
    finding.set_what(std::move(*diagnosis.mutable_text()));
    finding.set_advice(std::move(*diagnosis.mutable_advice()));
    if (diagnosis.severity() == v1::DIAGNOSIS_SEVERITY_ERROR) doctor.set_healthy(false);
  }
  return doctor;
}

struct Tally {
  int64_t errors = 0;
  int64_t warnings = 0;
};

Tally TallyOf(const Doctor& doctor) {
  Tally tally;
  for (const DoctorFinding& finding : doctor.findings()) {
    if (finding.result() == "error") ++tally.errors;
    if (finding.result() == "warning") ++tally.warnings;
  }
  return tally;
}

std::string Summary(const Tally& tally) {
  return Counted(tally.errors, "error") + ", " + Counted(tally.warnings, "warning");
}

Cell MarkOf(const DoctorFinding& finding) {
  if (finding.result() == "ok") return {"√", Tone::kGood};
  return {finding.result() == "error" ? "×" : "‼", Tone::kBad};
}

// Adds the text, broken to the width that the columns before it leave.
void AddLines(Table& table, Cell mark, std::string code, const std::string& text, size_t width) {
  std::string wrapped;
  AppendWrapped(wrapped, text, 0, {.width = width});
  for (size_t at = 0; at < wrapped.size();) {
    const size_t end = wrapped.find('\n', at);
    table.rows.push_back({std::move(mark), std::move(code), wrapped.substr(at, end - at)});
    mark = Cell("");
    code.clear();
    at = end + 1;
  }
}

Table FindingsTable(const Doctor& doctor, std::optional<size_t> width) {
  constexpr size_t kColumnsBefore = 1 + 2 + 6 + 2;
  constexpr size_t kUsual = 80;
  constexpr size_t kNarrow = 40;
  const size_t room = std::max(width.value_or(kUsual), kNarrow) - kColumnsBefore;
  Table table{{{}, {}, {}}, {}};
  std::string subject;
  for (const DoctorFinding& finding : doctor.findings()) {
    if (finding.subject() != subject) {
      subject = finding.subject();
      table.rows.push_back({"", "", Cell(subject, Tone::kFaint)});
    }
    AddLines(table, MarkOf(finding), finding.code(), finding.what(), room);
    if (!finding.advice().empty()) AddLines(table, "", "", "→ " + finding.advice(), room);
  }
  return table;
}

// One line for a monitor that runs plugins, with its exit codes: 0 well, 1 warning, 2 critical.
ExitCode PrintForNagios(Session& session, const Doctor& doctor, const Tally& tally) {
  const char* const word = tally.errors > 0 ? "CRITICAL" : tally.warnings > 0 ? "WARNING" : "OK";
  std::string line = absl::StrCat("PIGEONHUB ", word, " - ", Summary(tally));
  const char* before = ": ";
  for (const DoctorFinding& finding : doctor.findings()) {
    if (finding.result() == "ok") continue;
    absl::StrAppend(&line, before, finding.code(), " ", finding.what());
    before = "; ";
  }
  // What stands behind a bar is read as figures.
  std::replace(line.begin(), line.end(), '|', '/');
  absl::StrAppend(&line, " | errors=", tally.errors, " warnings=", tally.warnings);
  session.Print(Displayable(line) + '\n');
  if (tally.errors > 0) return ExitCode::kUsage;
  return tally.warnings > 0 ? ExitCode::kFailed : ExitCode::kOk;
}

void PrintShort(Session& session, const Doctor& doctor) {
  std::string out;
  for (const DoctorFinding& finding : doctor.findings()) {
    if (finding.result() == "ok") continue;
    out += Displayable(finding.code() + ' ' + finding.subject() + ": " + finding.what()) + '\n';
  }
  session.Print(out);
}

absl::StatusOr<ExitCode> RunDoctor(Session& session, const Arguments& arguments) {
  if (arguments.text("hub") == "*") {
    return absl::InvalidArgumentError(
        "doctor looks at one hub, with --hub ID; it compares versions and clocks with all others");
  }
  auto entry = PeerEntryOf(arguments);
  if (!entry.ok()) return entry.status();
  OutsidePlan plan{.urls = {},
                   .entry = *std::move(entry),
                   .origin = arguments.text("origin"),
                   .idle = arguments.duration("idle").value_or(std::chrono::nanoseconds(0)),
                   .step_timeout = arguments.duration("timeout").value_or(kDoctorStepTimeout)};
  for (const std::string& operand : arguments.operands()) {
    auto url = WebSocketUrl::Parse(operand);
    if (!url.ok()) return url.status();
    plan.urls.push_back(*std::move(url));
  }

  if (arguments.has("outside") && plan.urls.empty()) {
    return absl::InvalidArgumentError("--outside needs URL: where peers connect");
  }
  if (arguments.has("format") && arguments.has("output")) {
    return absl::InvalidArgumentError("--format and -o both say how to write it; leave one out");
  }

  Diagnoses found;
  if (!arguments.has("outside")) AskInside(session, arguments, found);
  LookFromOutside(plan, session.environment().now(), found);
  const Doctor doctor = DoctorOf(std::move(found));
  const Tally tally = TallyOf(doctor);

  if (arguments.has("format")) return PrintForNagios(session, doctor, tally);
  const ExitCode code = doctor.healthy() ? ExitCode::kOk : ExitCode::kUnhealthy;
  if (arguments.text("output") == kShort) {
    PrintShort(session, doctor);
    return code;
  }
  Answer answer{.message = &doctor, .items = {}, .names = {}};
  for (const DoctorFinding& finding : doctor.findings()) {
    answer.items.push_back(&finding);
    answer.names.push_back(finding.result() == "ok" ? std::string() : finding.code());
  }
  answer.tables = {FindingsTable(doctor, session.style().width)};
  answer.sentence = Summary(tally);
  session.Print(answer);
  return code;
}

}  // namespace

Command DoctorCommand() {
  std::vector<std::string> formats = FormatNames();
  formats.emplace_back(kPathFormat);
  formats.emplace_back(kShort);
  return {
      .name = "doctor",
      .summary = "Look for what is wrong with a hub, inside and from outside",
      .details =
          "Inside it asks the control API; outside it goes to each URL as a peer does, through "
          "whatever stands in between. Each finding has a code that stays, what was seen, and "
          "what to do. Exit code 7 if there is an error. Where tokens are asked for, "
          "--peer-token-file has one that grants pigeonctl-check-*.",
      .examples = {"pigeonctl doctor", "pigeonctl doctor wss://a.example.org wss://b.example.org",
                   "pigeonctl doctor wss://hub.example.org --idle 60s --outside",
                   "pigeonctl doctor --format nagios"},
      .operands = {{.name = "URL",
                    .help = "Where peers connect: ws:// or wss://",
                    .optional = true,
                    .repeated = true}},
      .flags =
          PeerFlags({{.name = "output",
                      .value = "FORMAT",
                      .help = "How to write what was found; short is silent if nothing is wrong",
                      .choices = std::move(formats),
                      .letter = 'o'},
                     {.name = "format",
                      .value = "FORMAT",
                      .help = "One line and the exit codes 0, 1, 2 of a monitor's plugin",
                      .choices = {"nagios"}},
                     Switch("outside", "Do not ask the control API"),
                     {.name = "origin",
                      .value = "ORIGIN",
                      .help = "Come in as a page of this origin, too: https://app.example.org"},
                     {.name = "idle",
                      .value = "TIME",
                      .help = "Keep a connection silent for so long, as a proxy may close it; give "
                              "more than 30s",
                      .kind = Kind::kDuration},
                     {.name = "grace",
                      .value = "TIME",
                      .help = "How long the supervisor waits before it kills the hub: "
                              "terminationGracePeriodSeconds, TimeoutStopSec",
                      .kind = Kind::kDuration}}),
      .run = RunDoctor};
}

}  // namespace pigeonhub::cli
