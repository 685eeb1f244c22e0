// SPDX-License-Identifier: Apache-2.0
//
// What a hub says is wrong with it, and with others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/values/message_values.h"
#include "tests/control/remote/two_hubs.h"

namespace pigeonhub {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// What was looked at, as "PH-D02 DIAGNOSIS_SEVERITY_OK peers are welcome at b": with the first
// digit of the hub that says so, where it is named.
std::vector<std::string> LinesOf(const v1::DiagnoseResponse& response) {
  std::vector<std::string> lines;
  for (const v1::Diagnosis& each : response.findings()) {
    EXPECT_EQ(each.advice().empty(), each.severity() == v1::DIAGNOSIS_SEVERITY_OK);
    // Other programs on the machine make a hub late.
    if (each.code() == "PH-D21") continue;
    lines.push_back(each.code() + ' ' + v1::DiagnosisSeverity_Name(each.severity()) + ' ' +
                    each.text() + (each.hub_id().empty() ? "" : " at ") +
                    each.hub_id().substr(0, 1));
  }
  return lines;
}

class DiagnosisTest : public ControlTest {
 protected:
  // Of a hub that takes so many.
  void StartWithRoomFor(size_t connections) {
    Setup setup;
    setup.hub.max_connections = connections;
    Start(setup);
  }
};

TEST_F(DiagnosisTest, FindsNothingWhereNothingIsWrong) {
  StartWithRoomFor(100);
  Join(1, "a");
  v1::DiagnoseResponse response;
  CALL_OK(server_, Diagnose, v1::DiagnoseRequest(), response);
  const auto lines = LinesOf(response);
  EXPECT_THAT(lines, Each(HasSubstr(" DIAGNOSIS_SEVERITY_OK ")));
  EXPECT_THAT(lines, Contains("PH-D02 DIAGNOSIS_SEVERITY_OK peers are welcome"));
  EXPECT_THAT(lines, Contains(EndsWith(": 1 of 100 are open")));
  EXPECT_THAT(lines, Contains(StartsWith("PH-D23 ")));
  EXPECT_THAT(lines, Contains(StartsWith("PH-D24 ")));
  EXPECT_THAT(lines, Not(Contains(StartsWith("PH-D13 ")))) << "no other program asks";
  EXPECT_THAT(lines, Not(Contains(StartsWith("PH-D26 ")))) << "there are no other hubs";
  v1::GetStatsResponse stats;
  CALL_OK(server_, GetStats, v1::GetStatsRequest(), stats);
  EXPECT_EQ(response.hub_id(), stats.hub_id());
  EXPECT_EQ(response.findings(0).subject(), ShortId(stats.hub_id()));
}

TEST_F(DiagnosisTest, FindsAHubThatIsFullOrStopped) {
  v1::DiagnoseResponse response;
  hub().Stop();
  CALL_OK(server_, Diagnose, v1::DiagnoseRequest(), response);
  EXPECT_THAT(
      LinesOf(response),
      Contains("PH-D02 DIAGNOSIS_SEVERITY_ERROR peers are turned away: signaling is stopped"));
  StartWithRoomFor(1);
  Join(1, "a");
  response.Clear();
  CALL_OK(server_, Diagnose, v1::DiagnoseRequest(), response);
  EXPECT_THAT(LinesOf(response),
              AllOf(Contains("PH-D02 DIAGNOSIS_SEVERITY_ERROR peers are turned away: "
                             "maximum_connections"),
                    Contains("PH-D03 DIAGNOSIS_SEVERITY_WARNING hardly any connection is left: 1 "
                             "of 1 are open")));
}

class DiagnosisOfHubsTest : public TwoHubs {
 protected:
  v1::DiagnoseResponse Diagnosis(const std::string& hub_id) {
    v1::DiagnoseRequest request;
    request.set_hub_id(hub_id);
    v1::DiagnoseResponse response;
    const auto status = CALL(server_, Diagnose, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_THAT(response.unreachable(), IsEmpty());
    return response;
  }
};

TEST_F(DiagnosisOfHubsTest, ComparesTheOneThatIsAskedWithAllOthers) {
  const v1::DiagnoseResponse own = Diagnosis("");
  EXPECT_EQ(own.hub_id(), own_id());
  EXPECT_THAT(LinesOf(own), AllOf(Contains(StartsWith("PH-D26 DIAGNOSIS_SEVERITY_OK ")),
                                  Contains(StartsWith("PH-D27 DIAGNOSIS_SEVERITY_OK ")),
                                  Each(Not(EndsWith(" at a")))));
  const v1::DiagnoseResponse far = Diagnosis(other_id());
  EXPECT_EQ(far.hub_id(), other_id());
  EXPECT_THAT(LinesOf(far), AllOf(Contains(StartsWith("PH-D26 DIAGNOSIS_SEVERITY_OK ")),
                                  Each(EndsWith(" at b"))));
}

TEST_F(DiagnosisOfHubsTest, IsThatOfEachWhereAllAreAsked) {
  const v1::DiagnoseResponse all = Diagnosis("*");
  EXPECT_EQ(all.hub_id(), "");
  const auto lines = LinesOf(all);
  EXPECT_THAT(lines, AllOf(Contains("PH-D02 DIAGNOSIS_SEVERITY_OK peers are welcome at a"),
                           Contains("PH-D02 DIAGNOSIS_SEVERITY_OK peers are welcome at b")));
  EXPECT_THAT(lines, Not(Contains(StartsWith("PH-D26 ")))) << "else each would ask all";
}

}  // namespace
}  // namespace pigeonhub
