// SPDX-License-Identifier: Apache-2.0

#include "proto/findings/finding_messages.h"

#include <google/protobuf/util/time_util.h>

#include <string>

#include "pigeonhub/reason.h"

namespace pigeonhub {
namespace {

v1::Certainty ToProto(Certainty certainty) {
  switch (certainty) {
    case Certainty::kPossible:
      return v1::CERTAINTY_POSSIBLE;
    case Certainty::kLikely:
      return v1::CERTAINTY_LIKELY;
    case Certainty::kCertain:
      return v1::CERTAINTY_CERTAIN;
  }
  return v1::CERTAINTY_UNSPECIFIED;
}

v1::PairOutcome ToProto(PairOutcome outcome) {
  switch (outcome) {
    case PairOutcome::kCause:
      return v1::PAIR_OUTCOME_CAUSE_FOUND;
    case PairOutcome::kUnderWay:
      return v1::PAIR_OUTCOME_UNDER_WAY;
    case PairOutcome::kComplete:
      return v1::PAIR_OUTCOME_COMPLETE;
    case PairOutcome::kConnected:
      return v1::PAIR_OUTCOME_CONNECTED;
    case PairOutcome::kNeverSeen:
      return v1::PAIR_OUTCOME_NEVER_SEEN;
  }
  return v1::PAIR_OUTCOME_UNSPECIFIED;
}

// Reasons have the same order in both, from 1 on.
v1::Reason ReasonMessage(Reason reason) {
  return static_cast<v1::Reason>(static_cast<int>(reason) + 1);
}

google::protobuf::Timestamp TimeMessage(UnixMillis time) {
  return google::protobuf::util::TimeUtil::MillisecondsToTimestamp(time);
}

v1::Finding ToProto(const Finding& found) {
  v1::Finding finding;
  const FindingText& text = TextOf(found.code);
  finding.set_code(std::string(text.name));
  finding.set_is_cause(found.is_cause);
  finding.set_certainty(ToProto(found.certainty));
  if (found.peer.has_value()) finding.set_peer_id(std::string(found.peer->text()));
  finding.set_title(std::string(text.title));
  finding.set_cause(std::string(text.cause));
  finding.set_action(ActionFor(found));
  finding.set_detail(found.detail);
  if (found.reason.has_value()) finding.set_reason(ReasonMessage(*found.reason));
  for (const Finding::Moment& moment : found.moments) {
    v1::FindingMoment& when = *finding.add_moments();
    when.set_what(std::string(moment.what));
    *when.mutable_time() = TimeMessage(moment.unix_ms);
  }
  for (const uint64_t seq : found.events) finding.add_event_seqs(seq);
  return finding;
}

}  // namespace

void ToProto(const Explanation& explanation, v1::ExplainPairResponse& response) {
  for (const Finding& found : explanation.findings) *response.add_findings() = ToProto(found);
  response.set_outcome(ToProto(explanation.outcome));
  response.set_certainty(ToProto(explanation.certainty));
  if (explanation.because.has_value()) {
    response.set_because(std::string(TextOf(*explanation.because).name));
  }
}

}  // namespace pigeonhub
