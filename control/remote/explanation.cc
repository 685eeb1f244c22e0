// SPDX-License-Identifier: Apache-2.0

#include "control/remote/explanation.h"

#include <algorithm>

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
  if (most->outcome() == v1::PAIR_OUTCOME_NEVER_SEEN) return;
  all.clear_findings();
  for (const v1::ExplainPairResponse& answer : answers) {
    if (answer.outcome() != v1::PAIR_OUTCOME_NEVER_SEEN) {
      all.mutable_findings()->MergeFrom(answer.findings());
    }
  }
}

}  // namespace pigeonhub
