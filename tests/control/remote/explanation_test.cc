// SPDX-License-Identifier: Apache-2.0
//
// What follows from what several hubs found out about a pair.
#include "control/remote/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

using ::testing::SizeIs;

v1::ExplainPairResponse& Add(v1::ExplainPairResponse& all, const std::string& hub) {
  v1::ExplainPairResponse& answer = *all.add_per_hub();
  answer.set_hub_id(hub);
  answer.set_outcome(v1::PAIR_OUTCOME_CAUSE_FOUND);
  return answer;
}

void AddFinding(v1::ExplainPairResponse& answer, const std::string& code,
                const std::string& detail = {}) {
  v1::Finding& finding = *answer.add_findings();
  finding.set_code(code);
  finding.set_hub_id(answer.hub_id());
  finding.set_detail(detail);
  finding.add_event_seqs(static_cast<uint64_t>(answer.hub_id().front()));
}

TEST(Explanation, HasWhatSeveralHubsSayOnce) {
  v1::ExplainPairResponse all;
  AddFinding(Add(all, "a"), "PH-E26", "c");
  AddFinding(Add(all, "b"), "PH-E26", "c");
  Conclude(all);
  ASSERT_THAT(all.findings(), SizeIs(1));
  EXPECT_EQ(all.findings(0).hub_id(), "a");
}

TEST(Explanation, SaysOnceThatNoHubKnowsThem) {
  v1::ExplainPairResponse all;
  for (const char* hub : {"a", "b"}) {
    v1::ExplainPairResponse& answer = Add(all, hub);
    answer.set_outcome(v1::PAIR_OUTCOME_NEVER_SEEN);
    AddFinding(answer, "PH-E01");
  }
  Conclude(all);
  EXPECT_EQ(all.outcome(), v1::PAIR_OUTCOME_NEVER_SEEN);
  EXPECT_THAT(all.findings(), SizeIs(1));
}

TEST(Explanation, HasWhatTheySayOfDifferentThings) {
  v1::ExplainPairResponse all;
  AddFinding(Add(all, "a"), "PH-E20", "one");
  AddFinding(Add(all, "b"), "PH-E20", "two");
  Conclude(all);
  EXPECT_THAT(all.findings(), SizeIs(2));
}

TEST(Explanation, SendsNobodyToAHubThatHasAnswered) {
  v1::ExplainPairResponse all;
  AddFinding(Add(all, "a"), "PH-E26", "b");
  AddFinding(Add(all, "b"), "PH-E20");
  Conclude(all);
  ASSERT_THAT(all.findings(), SizeIs(1));
  EXPECT_EQ(all.findings(0).code(), "PH-E20");
}

}  // namespace
}  // namespace pigeonhub
