// SPDX-License-Identifier: Apache-2.0
//
// What hubs ask each other for those who run them.
#include "server/core/mesh/questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "tests/core/mesh/linked_mesh_hub.h"
#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Hubs that know each other by name, so that each answers the others.
void LetIn(HubOptions& options) { options.hub_allow = {{Id('a')}, {Id('b')}, {Id('c')}}; }

PutQuestion Question(char hub, uint64_t number, std::string text = "what?") {
  return {Id(hub), number, std::make_shared<const std::string>(std::move(text)), 3s};
}
AnswerQuestion AnswerTo(char hub, uint64_t number, std::string text = "that.") {
  return {Id(hub), number, std::make_shared<const std::string>(std::move(text))};
}

class Questioning : public ::testing::Test {
 protected:
  HubNet net_{LetIn};

  void SetUp() override {
    net_.Add('a');
    net_.Add('b', "a");
    net_.Advance(1s);
  }
  void Ask(uint64_t number, std::string text = "what?") {
    ASSERT_TRUE(net_.Try('a', Question('b', number, std::move(text))).ok());
  }
};

TEST_F(Questioning, IsAnswered) {
  Ask(1);
  EXPECT_THAT(net_.TakeQuestions('b'), ElementsAre("question 1 of a: what?"));
  EXPECT_TRUE(net_.Try('b', AnswerTo('a', 1)).ok());
  EXPECT_THAT(net_.TakeQuestions('a'), ElementsAre("answer 1: that."));
  EXPECT_TRUE(absl::IsNotFound(net_.Try('b', AnswerTo('a', 1)))) << "nobody waits for another one";
  net_.Advance(2min);
  EXPECT_THAT(net_.TakeQuestions('a'), IsEmpty()) << "its time is not over twice";
}

TEST_F(Questioning, GoesOverHubsInBetween) {
  net_.Add('c', "b");
  net_.Advance(1s);
  EXPECT_TRUE(net_.Try('c', Question('a', 9)).ok());
  EXPECT_THAT(net_.TakeQuestions('a'), ElementsAre("question 9 of c: what?"));
  EXPECT_TRUE(net_.Try('a', AnswerTo('c', 9)).ok());
  EXPECT_THAT(net_.TakeQuestions('c'), ElementsAre("answer 9: that."));
  EXPECT_THAT(net_.TakeQuestions('b'), IsEmpty());
}

TEST_F(Questioning, MayBeLong) {
  const std::string question(Questions::kPiece * 3, 'q');
  const std::string answer(Questions::kMostText, 'r');
  Ask(1, question);
  EXPECT_THAT(net_.TakeQuestions('b'), ElementsAre("question 1 of a: " + question));
  EXPECT_TRUE(net_.Try('b', AnswerTo('a', 1, answer)).ok());
  net_.Advance(1s);  // acknowledgements make room for more
  EXPECT_THAT(net_.TakeQuestions('a'), ElementsAre("answer 1: " + answer));
}

TEST_F(Questioning, HasALength) {
  const std::string too_long(Questions::kMostText + 1, 'q');
  EXPECT_TRUE(absl::IsInvalidArgument(net_.Try('a', Question('b', 1, too_long))));
  Ask(1);
  EXPECT_TRUE(net_.Try('b', AnswerTo('a', 1, too_long)).ok());
  EXPECT_THAT(net_.TakeQuestions('a'), ElementsAre(HasSubstr("the answer is over 4 MiB")));
}

TEST_F(Questioning, SurvivesALostLink) {
  net_.Mute('a', 'b', true);
  Ask(1);
  EXPECT_THAT(net_.TakeQuestions('b'), IsEmpty());
  net_.Mute('a', 'b', false);
  net_.Advance(2s);
  EXPECT_THAT(net_.TakeQuestions('b'), ElementsAre("question 1 of a: what?")) << "said again";
  EXPECT_TRUE(net_.Try('b', AnswerTo('a', 1)).ok());
  EXPECT_THAT(net_.TakeQuestions('a'), ElementsAre("answer 1: that."));
}

TEST_F(Questioning, EndsWithItsTime) {
  Ask(1);
  net_.Advance(2900ms);
  EXPECT_THAT(net_.TakeQuestions('a'), IsEmpty());
  net_.Advance(200ms);
  EXPECT_THAT(net_.TakeQuestions('a'), ElementsAre(HasSubstr("it did not answer in time")));
  EXPECT_TRUE(net_.Try('b', AnswerTo('a', 1)).ok());
  EXPECT_THAT(net_.TakeQuestions('a'), IsEmpty()) << "it came too late";
}

TEST_F(Questioning, IsOverWhereTheOtherHubWasStartedAgain) {
  Ask(1);
  net_.Kill('b');
  net_.Add('b', "a");
  net_.Advance(500ms);
  EXPECT_THAT(net_.TakeQuestions('a'), ElementsAre(HasSubstr("began anew meanwhile")));
  EXPECT_THAT(net_.TakeQuestions('b'), IsEmpty());
  net_.Advance(1s);
  Ask(2);
  EXPECT_THAT(net_.TakeQuestions('b'), ElementsAre("question 2 of a: what?"));
}

TEST_F(Questioning, IsForgottenWhereTheAskerWasStartedAgain) {
  Ask(1);
  net_.TakeQuestions('b');
  net_.Kill('a');
  net_.Add('a', "b");
  net_.Advance(20s);
  EXPECT_TRUE(absl::IsNotFound(net_.Try('b', AnswerTo('a', 1))));
  EXPECT_THAT(net_.TakeQuestions('a'), IsEmpty());
}

TEST_F(Questioning, IsNotPutToWhomNoWayLeads) {
  EXPECT_TRUE(absl::IsNotFound(net_.Try('a', Question('d', 1))));
  net_.Cut('a', 'b');
  net_.Advance(100ms);
  const absl::Status status = net_.Try('a', Question('b', 1));
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  const auto hubs = net_.hub('a').Topology().to_ask;
  ASSERT_THAT(hubs, SizeIs(1));
  EXPECT_EQ(hubs[0].hub, Id('b'));
  EXPECT_TRUE(absl::IsUnavailable(hubs[0].status));
}

TEST_F(Questioning, RemembersForAWhileWhomItLost) {
  net_.Kill('b');
  net_.Advance(10s);
  auto hubs = net_.hub('a').Topology().to_ask;
  ASSERT_THAT(hubs, SizeIs(1));
  EXPECT_EQ(hubs[0].hub, Id('b'));
  EXPECT_EQ(hubs[0].status.message(), "it was lost, and no way leads to it");
  EXPECT_FALSE(hubs[0].said_its_end);
  EXPECT_EQ(net_.Try('a', Question('b', 1)), hubs[0].status) << "whoever asks it hears the same";
  net_.Add('b', "a");
  net_.Advance(1s);
  hubs = net_.hub('a').Topology().to_ask;
  ASSERT_THAT(hubs, SizeIs(1));
  EXPECT_TRUE(hubs[0].status.ok()) << "it is back";
  net_.Kill('b');
  net_.Advance(LostHubs::kRemembered + 1min);
  EXPECT_THAT(net_.hub('a').Topology().to_ask, IsEmpty());
}

// Hubs of which all but the first can be dialed at one address.
void LetInBehindOneAddress(HubOptions& options) {
  LetIn(options);
  options.advertise_url = options.hub_peer_id == Id('a') ? "ws://a:3000" : "ws://b:3000";
}

TEST(ALostHub, IsNamedNoMoreOnceAnotherOneCameToItsAddress) {
  HubNet net{LetInBehindOneAddress};
  net.Add('a');
  net.Add('b', "a");
  net.Advance(1s);
  net.Kill('b');
  net.Advance(10s);
  auto hubs = net.hub('a').Topology().to_ask;
  ASSERT_THAT(hubs, SizeIs(1));
  EXPECT_EQ(hubs[0].hub, Id('b'));
  net.Add('c', "a");
  net.Advance(1s);
  hubs = net.hub('a').Topology().to_ask;
  ASSERT_THAT(hubs, SizeIs(1)) << "the process was started again, with another id";
  EXPECT_EQ(hubs[0].hub, Id('c'));
}

// b crashes, and its supervisor starts it again: without an id of its own it is c then.
void CrashAndStartAgain(HubNet& net) {
  net.Add('a');
  net.Add('b', "a");
  net.Advance(1s);
  net.Kill('b');
  net.Advance(10s);
  net.Add('c', "a");
  net.Advance(1s);
}

TEST(ALostHub, IsNotNamedAgainWhenTheOneAtItsAddressIsLostToo) {
  HubNet net{LetInBehindOneAddress};
  CrashAndStartAgain(net);
  net.Kill('c');
  const auto only_c_is_named = [&] {
    const auto hubs = net.hub('a').Topology().to_ask;
    ASSERT_THAT(hubs, SizeIs(1));
    EXPECT_EQ(hubs[0].hub, Id('c'));
  };
  net.Advance(100ms);
  only_c_is_named();
  net.Advance(10s);  // it was given up
  only_c_is_named();
}

TEST(ALostHub, IsNotNamedAgainWhenTheOneAtItsAddressLeaves) {
  HubNet net{LetInBehindOneAddress};
  CrashAndStartAgain(net);
  ASSERT_TRUE(net.Try('c', StopSignaling{}).ok());
  net.Advance(1min);
  EXPECT_THAT(net.hub('a').Topology().lost, IsEmpty());
}

TEST(ALostHub, IsNamedBesideThoseThatWereBehindItsAddressBefore) {
  HubNet net{LetInBehindOneAddress};
  net.Add('a');
  net.Add('b', "a");
  net.Add('c', "a");
  net.Advance(1s);
  net.Kill('b');
  net.Advance(10s);
  const auto hubs = net.hub('a').Topology().to_ask;
  ASSERT_THAT(hubs, SizeIs(2));
  EXPECT_EQ(hubs[0].status.message(), "it was lost, and no way leads to it");
  EXPECT_EQ(hubs[1].hub, Id('c'));
}

TEST_F(Questioning, IsBoundedInNumber) {
  uint64_t number = 1;
  for (; number <= Questions::kMostOfOneHub; ++number) Ask(number);
  EXPECT_TRUE(absl::IsResourceExhausted(net_.Try('a', Question('b', number))));
  EXPECT_THAT(net_.TakeQuestions('b'), SizeIs(Questions::kMostOfOneHub));
  EXPECT_TRUE(net_.Try('b', AnswerTo('a', 1)).ok());
  EXPECT_TRUE(net_.Try('a', Question('b', number)).ok()) << "there is room again";
  EXPECT_GT(net_.hub('a').counters().questions_asked.value(), Questions::kMostOfOneHub);
}

TEST_F(Questioning, IsBoundedInBytes) {
  const std::string text(Questions::kMostText, 'q');
  net_.Mute('a', 'b', true);
  uint64_t number = 1;
  for (; number <= Questions::kMostBytes / Questions::kMostText; ++number) Ask(number, text);
  EXPECT_TRUE(absl::IsResourceExhausted(net_.Try('a', Question('b', number, text))));
  EXPECT_LE(net_.hub('a').counters().question_bytes.value(), Questions::kMostBytes);
  net_.Advance(4s);
  EXPECT_THAT(net_.TakeQuestions('a'), SizeIs(number - 1)) << "their time is over";
  EXPECT_EQ(net_.hub('a').counters().question_bytes.value(), 0u);
}

TEST(QuestionsOfAnOpenMesh, AreRefusedByWhoWasDialed) {
  HubNet net;  // where everybody is a hub who says so
  net.Add('a');
  net.Add('b', "a");
  net.Advance(1s);
  ASSERT_TRUE(net.Try('b', Question('a', 1)).ok());
  EXPECT_THAT(net.TakeQuestions('a'), IsEmpty());
  EXPECT_THAT(net.TakeQuestions('b'), ElementsAre(HasSubstr("nobody let in there but itself")));
  EXPECT_EQ(net.hub('a').counters().questions_refused.value(), 1u);
  EXPECT_EQ(net.hub('a').counters().of(Reason::kHubNotAdmitted).value(), 1u);
  ASSERT_TRUE(net.Try('a', Question('b', 1)).ok());
  EXPECT_THAT(net.TakeQuestions('b'), ElementsAre("question 1 of a: what?"))
      << "b dialed a, as its operator said";
}

// ---- Word by word -------------------------------------------------------------------------------

// b says that it is of version 1.
TEST_F(AMeshHub, OfTheVersionBeforeIsNotAsked) {
  const absl::Status status = hub_.Handle(Question('b', 1));
  EXPECT_TRUE(absl::IsUnimplemented(status)) << status;
  EXPECT_THAT(b_.Take(), IsEmpty());
}

// Nobody vouches for it: it only says that it is a hub.
TEST_F(AMeshHub, IsNotAnsweredForItsWordAlone) {
  b_.Say({mesh::Ask{4, 0, false, Text("wh")}, mesh::Ask{4, 1, true, Text("at?")}});
  EXPECT_THAT(b_.Take(), ElementsAre("reply 4: not-admitted")) << "once";
}

// b is one that an operator let in by its id.
class AGrantedMeshHub : public ::testing::Test {
 protected:
  static HubOptions Options() {
    HubOptions options = OurOptions();
    options.hub_allow = {{Id('b')}};
    return options;
  }
  void SetUp() override { b_.Take(); }

  HubFixture hub_{Options()};
  LinkedMeshHub b_{hub_, 'b'};
};

TEST_F(AGrantedMeshHub, AsksInPieces) {
  b_.Say({mesh::Ask{4, 0, false, Text("wh")}});
  b_.Say({mesh::Ask{4, 1, true, Text("at?")}});
  ASSERT_TRUE(hub_.Handle(AnswerTo('b', 4)).ok());
  EXPECT_THAT(b_.Take(), ElementsAre("reply 4: that."));
}

TEST_F(AGrantedMeshHub, GetsNoAnswerToHalfAQuestion) {
  b_.Say({mesh::Ask{4, 0, false, Text("wh")}});
  b_.Say({mesh::Ask{4, 2, true, Text("at?")}});  // a piece is missing
  EXPECT_TRUE(absl::IsNotFound(hub_.Handle(AnswerTo('b', 4))));
  b_.Say({mesh::Ask{5, 1, true, Text("at?")}});  // the beginning is missing
  EXPECT_TRUE(absl::IsNotFound(hub_.Handle(AnswerTo('b', 5))));
  EXPECT_THAT(b_.Take(), IsEmpty());
}

TEST_F(AGrantedMeshHub, MayAskSoMuchAtATime) {
  for (uint64_t i = 1; i <= Questions::kMostOfOneHub + 1; ++i) {
    b_.Say({mesh::Ask{i, 0, true, Text("?")}});
  }
  EXPECT_THAT(b_.Take(), ElementsAre("reply 33: busy"));
  hub_.Advance(Questions::kHeardFor);
  b_.Say({mesh::Ask{34, 0, true, Text("?")}});
  EXPECT_THAT(b_.Take(), Not(Contains("reply 34: busy")))
      << "those before were open for long enough";
  EXPECT_TRUE(hub_.Handle(AnswerTo('b', 34)).ok());
}

TEST_F(AGrantedMeshHub, BeginsAnewAndWhatItAskedIsVoid) {
  b_.Say({mesh::Ask{4, 0, true, Text("?")}});
  b_.BeginAnew();
  b_.Say({mesh::Unwant{Text("hello")}});
  EXPECT_TRUE(absl::IsNotFound(hub_.Handle(AnswerTo('b', 4))));
}

}  // namespace
}  // namespace pigeonhub
