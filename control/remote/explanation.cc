// SPDX-License-Identifier: Apache-2.0

#include "control/remote/explanation.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "pigeonhub/findings.h"

namespace pigeonhub {
namespace {

// How much it says.
int WeightOf(v1::PairOutcome outcome) {
  switch (outcome) {
    case v1::PAIR_OUTCOME_CONNECTED:
      return 5;
    case v1::PAIR_OUTCOME_COMPLETE:
      return 4;
    case v1::PAIR_OUTCOME_CAUSE_FOUND:
      return 3;
    case v1::PAIR_OUTCOME_UNDER_WAY:
      return 2;
    case v1::PAIR_OUTCOME_NEVER_SEEN:
      return 1;
    default:
      return 0;
  }
}

bool SaysMore(const v1::ExplainPairResponse& one, const v1::ExplainPairResponse& than) {
  if (one.outcome() != than.outcome()) return WeightOf(one.outcome()) > WeightOf(than.outcome());
  return one.certainty() > than.certainty();
}

using AnswersOfHubs = google::protobuf::RepeatedPtrField<v1::ExplainPairResponse>;
using Findings = google::protobuf::RepeatedPtrField<v1::Finding>;

// "Ask that hub", of one that has answered.
bool SendsToOneOf(const AnswersOfHubs& answers, const v1::Finding& finding) {
  if (finding.code() != TextOf(FindingCode::kOtherHubNotAsked).name) return false;
  return std::any_of(answers.begin(), answers.end(), [&](const v1::ExplainPairResponse& answer) {
    return answer.hub_id() == finding.detail();
  });
}

// Whether another hub says the same.
bool HasSame(const Findings& findings, const v1::Finding& finding) {
  const auto said = [](v1::Finding one) {
    one.clear_hub_id();
    one.clear_event_seqs();  // each hub has its own
    return one;
  };
  const v1::Finding wanted = said(finding);
  return std::any_of(findings.begin(), findings.end(), [&](const v1::Finding& one) {
    return google::protobuf::util::MessageDifferencer::Equals(said(one), wanted);
  });
}

}  // namespace

void Conclude(v1::ExplainPairResponse& all) {
  const auto& answers = all.per_hub();
  if (answers.empty()) return;
  const auto most =
      std::max_element(answers.begin(), answers.end(),
                       [](const auto& one, const auto& other) { return SaysMore(other, one); });
  all.set_outcome(most->outcome());
  all.set_certainty(most->certainty());
  all.set_because(most->because());
  const bool is_strange_to_all = most->outcome() == v1::PAIR_OUTCOME_NEVER_SEEN;
  all.clear_findings();
  for (const v1::ExplainPairResponse& answer : answers) {
    if (answer.outcome() == v1::PAIR_OUTCOME_NEVER_SEEN && !is_strange_to_all) continue;
    for (const v1::Finding& finding : answer.findings()) {
      const bool is_of_use = finding.code() == most->because() || !SendsToOneOf(answers, finding);
      if (is_of_use && !HasSame(all.findings(), finding)) *all.add_findings() = finding;
    }
  }
}

}  // namespace pigeonhub
