// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/trace_rows.h"

#include <algorithm>
#include <cmath>

#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_format.h"
#include "cli/nouns/message_cells.h"
#include "cli/text/count.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::nanoseconds;

std::string MarginText(nanoseconds error) { return absl::StrFormat("±%.1f", Millis(error)); }

std::string StepText(const v1::HandshakeStep& step) {
  const std::string kind = WordOf(step.kind());
  switch (step.stage()) {
    case v1::HANDSHAKE_STAGE_HEARD:
      return kind;
    case v1::HANDSHAKE_STAGE_DELIVERED:
      if (step.kind() == v1::HANDSHAKE_STEP_KIND_DISCOVERED) return kind;
      break;
    default:
      break;
  }
  return kind + ' ' + WordOf(step.stage());
}

Tone ToneOf(const v1::HandshakeStep& step) {
  if (step.stage() == v1::HANDSHAKE_STAGE_DROPPED) return Tone::kBad;
  return step.kind() == v1::HANDSHAKE_STEP_KIND_CONNECTED ? Tone::kGood : Tone::kPlain;
}

Cell Right(std::string text) {
  Cell cell(std::move(text));
  cell.right = true;
  return cell;
}

}  // namespace

double Millis(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::string MillisText(nanoseconds duration) {
  const double millis = Millis(duration);
  // Not "-0.0".
  return absl::StrFormat("%.1f ms", std::abs(millis) < 0.05 ? 0.0 : millis);
}

std::string MillisText(nanoseconds duration, nanoseconds error) {
  const double millis = Millis(duration);
  return absl::StrFormat("%.1f", std::abs(millis) < 0.05 ? 0.0 : millis) + ' ' + MarginText(error);
}

std::string WordOf(v1::HandshakeStepKind kind) {
  switch (kind) {
    case v1::HANDSHAKE_STEP_KIND_ANNOUNCED:
      return "announced";
    case v1::HANDSHAKE_STEP_KIND_DISCOVERED:
      return "discovered";
    case v1::HANDSHAKE_STEP_KIND_OFFER:
      return "offer";
    case v1::HANDSHAKE_STEP_KIND_ANSWER:
      return "answer";
    case v1::HANDSHAKE_STEP_KIND_ICE_CANDIDATE:
      return "candidate";
    case v1::HANDSHAKE_STEP_KIND_CONNECTED:
      return "connected";
    default:
      return std::to_string(kind);
  }
}

std::string WordOf(v1::HandshakeStage stage) {
  switch (stage) {
    case v1::HANDSHAKE_STAGE_HEARD:
      return "heard";
    case v1::HANDSHAKE_STAGE_PASSED_ON:
      return "passed on";
    case v1::HANDSHAKE_STAGE_DELIVERED:
      return "delivered";
    case v1::HANDSHAKE_STAGE_DROPPED:
      return "dropped";
    default:
      return std::to_string(stage);
  }
}

Table StepTable(bool wide) {
  Table table{{{.title = "AT", .right = true},
               {.title = "HUB"},
               {.title = "STEP"},
               {.title = "FROM"},
               {.title = "TO"},
               {.title = "QUEUE", .right = true},
               {.title = "LINE", .right = true}},
              {}};
  table.least_widths = {8, kShortIdDigits, 19, kShortIdDigits, kShortIdDigits, 5, 10};
  if (wide) {
    table.columns.push_back({.title = "OTHER HUB"});
    table.columns.push_back({.title = "NAMESPACE"});
    table.columns.push_back({.title = "TIME"});
    table.columns.push_back({.title = "ERROR", .right = true});
  }
  table.columns.push_back({.title = "WHY", .shrinks = true});
  return table;
}

std::vector<Cell> StepRow(const v1::HandshakeStep& step,
                          std::chrono::system_clock::time_point began, bool wide) {
  const auto after = ToChrono(step.time()) - began;
  std::vector<Cell> row = {
      Right(absl::StrFormat("%+.1f", Millis(after))),
      wide ? step.hub_id() : ShortId(step.hub_id()),
      {StepText(step), ToneOf(step)},
      wide ? step.from_peer_id() : ShortId(step.from_peer_id()),
      OrDash(wide ? step.target_peer_id() : ShortId(step.target_peer_id())),
      Right(step.has_queue() ? absl::StrFormat("%.1f", Millis(ToChrono(step.queue()))) : "-"),
      Right(step.has_line() ? MillisText(ToChrono(step.line()), ToChrono(step.line_error()))
                            : "-")};
  if (wide) {
    row.push_back(OrDash(step.other_hub_id()));
    row.push_back(OrDash(step.namespace_()));
    row.push_back(google::protobuf::util::TimeUtil::ToString(step.time()));
    row.push_back(Right(MillisText(ToChrono(step.time_error()))));
  }
  row.push_back(step.reason() == v1::REASON_UNSPECIFIED ? "" : ReasonText(step.reason()));
  return row;
}

std::string HubText(const v1::HandshakeHub& hub) {
  return "hub " + ShortId(hub.hub_id()) + ' ' + HubStateText(hub);
}

std::string HubStateText(const v1::HandshakeHub& hub) {
  std::string text;
  switch (hub.state()) {
    case v1::HANDSHAKE_HUB_STATE_TELLS:
      text = "tells";
      if (hub.has_clock_ahead() &&
          (hub.clock_error().nanos() != 0 || hub.clock_error().seconds() != 0)) {
        text += "; its clock is " + MillisText(ToChrono(hub.clock_ahead())) + " ahead, " +
                MarginText(ToChrono(hub.clock_error()));
      }
      break;
    case v1::HANDSHAKE_HUB_STATE_SILENT:
      text = "does not tell: it stands still, is older, or does not admit this hub";
      break;
    case v1::HANDSHAKE_HUB_STATE_NOT_ADMITTED:
      text = "is not asked, because it was not admitted by token";
      break;
    case v1::HANDSHAKE_HUB_STATE_UNREACHABLE:
      text = "cannot be reached";
      break;
    default:
      text = "is in state " + std::to_string(hub.state());
  }
  if (hub.omitted_count() > 0) text += "; left out " + Counted(hub.omitted_count(), "step");
  return text;
}

void SortSteps(pigeonctl::v1::Trace& trace) {
  std::stable_sort(trace.mutable_steps()->begin(), trace.mutable_steps()->end(),
                   [](const v1::HandshakeStep& a, const v1::HandshakeStep& b) {
                     return ToChrono(a.time()) < ToChrono(b.time());
                   });
}

}  // namespace pigeonhub::cli
