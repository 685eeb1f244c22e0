// SPDX-License-Identifier: Apache-2.0
//
// Frames from hub to hub: the exact text, what is read out of it, and what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/core/mesh/conversation.h"
#include "tests/wire/decoding.h"
#include "tests/wire/mesh_words.h"

namespace pigeonhub::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

outbound::HubFrame Frame(std::vector<mesh::Op> ops) {
  auto body = std::make_shared<mesh::Body>();
  body->stream = (uint64_t{1} << 53) - 1;
  body->seq = 2;
  body->ack_stream = 3;
  body->ack = 4;
  body->again = true;
  body->ops = std::move(ops);
  return {Id('a'), Id('b'), {Id('c')}, body, {}};
}

TEST(HubFrame, TellsOfManyNamespacesAtOnce) {
  const Decoding decoding(Sent(Frame({
      mesh::Want{Text("a")},
      mesh::Want{Text("b")},
      mesh::Nobody{Text("c")},
      mesh::Want{Text("d")},
  })));
  EXPECT_THAT(Sent(Frame({mesh::Want{Text("a")}, mesh::Want{Text("b")}})),
              HasSubstr(R"([{"op":"want","networkNames":["a","b"]}])"));
  const auto& ops = decoding.As<inbound::HubFrame>()->body->ops;
  ASSERT_THAT(ops, SizeIs(4));
  EXPECT_EQ(*std::get<mesh::Want>(ops[0]).network, "a");
  EXPECT_EQ(*std::get<mesh::Want>(ops[1]).network, "b");
  EXPECT_EQ(*std::get<mesh::Nobody>(ops[2]).network, "c");
  EXPECT_EQ(*std::get<mesh::Want>(ops[3]).network, "d");
}

TEST(HubFrame, CarriesEveryOperation) {
  const auto payload = Text(R"({"sdp":"v=0"})");
  const Decoding decoding(Sent(Frame({
      mesh::Want{Text("room \"1\"")},
      mesh::Unwant{Text("room")},
      mesh::WantAll{true},
      mesh::Listing{Text("")},
      mesh::Listed{Text("room")},
      mesh::Join{Id('c'), Text("room"), 9, true, true, Text(R"("n":[1])")},
      mesh::Leave{Id('c'), Text("room"), "bye", true, {payload, *payload}},
      mesh::Signal{SignalType::kAnswer, Id('a'), Id('b'), Text("room"), {payload, *payload}},
      mesh::Claim{Id('a')},
      mesh::Holds{Id('b')},
      mesh::Yields{Id('c'), 5},
  })));
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->from, Id('a'));
  EXPECT_EQ(frame->to, Id('b'));
  ASSERT_THAT(frame->via, SizeIs(1));
  EXPECT_EQ(frame->via[0], Id('c'));
  const mesh::Body& body = *frame->body;
  EXPECT_EQ(body.stream, (uint64_t{1} << 53) - 1);
  EXPECT_EQ(body.seq, 2u);
  EXPECT_EQ(body.ack_stream, 3u);
  EXPECT_EQ(body.ack, 4u);
  EXPECT_TRUE(body.again);
  ASSERT_THAT(body.ops, SizeIs(11));
  EXPECT_EQ(*std::get<mesh::Want>(body.ops[0]).network, "room \"1\"");
  EXPECT_EQ(*std::get<mesh::Unwant>(body.ops[1]).network, "room");
  EXPECT_TRUE(std::get<mesh::WantAll>(body.ops[2]).all);
  EXPECT_EQ(*std::get<mesh::Listing>(body.ops[3]).network, "");
  EXPECT_EQ(*std::get<mesh::Listed>(body.ops[4]).network, "room");
  const auto& join = std::get<mesh::Join>(body.ops[5]);
  EXPECT_EQ(join.peer, Id('c'));
  EXPECT_EQ(join.generation, 9u);
  EXPECT_TRUE(join.alive && join.is_hub);
  ASSERT_NE(join.members, nullptr);
  EXPECT_EQ(*join.members, R"("n":[1])");
  const auto& leave = std::get<mesh::Leave>(body.ops[6]);
  EXPECT_EQ(leave.reason, "bye");
  EXPECT_TRUE(leave.goodbye);
  EXPECT_EQ(leave.payload.text, *payload);
  const auto& signal = std::get<mesh::Signal>(body.ops[7]);
  EXPECT_EQ(signal.type, SignalType::kAnswer);
  EXPECT_EQ(signal.from, Id('a'));
  EXPECT_EQ(signal.target, Id('b'));
  EXPECT_EQ(signal.payload.text, *payload);
  EXPECT_EQ(std::get<mesh::Claim>(body.ops[8]).peer, Id('a'));
  EXPECT_EQ(std::get<mesh::Holds>(body.ops[9]).peer, Id('b'));
  EXPECT_EQ(std::get<mesh::Yields>(body.ops[10]).generation, 5u);
}

BanRecord SomeBan(bool lifted) {
  BanRecord ban;
  ban.target = {BanTarget::Kind::kSubject, "user \"42\""};
  ban.issued_before = 5;
  ban.made_at = 1'760'000'000'123;
  ban.lifted = lifted;
  ban.keep_channels = true;
  ban.reason = "spam";
  ban.hub = Id('a');
  return ban;
}

TEST(HubFrame, CarriesBans) {
  BanRecord bare;
  bare.target = {BanTarget::Kind::kAddress, "192.0.2.0/24"};
  bare.made_at = 1;
  bare.hub = Id('b');
  const std::string text = Sent(Frame({
      mesh::BanTold{std::make_shared<const BanRecord>(SomeBan(false)), 3, 4},
      mesh::BanTold{std::make_shared<const BanRecord>(SomeBan(true)), 0, 4},
      mesh::BanTold{std::make_shared<const BanRecord>(bare), 5, 5},
      mesh::BansHeld{(uint64_t{1} << 53) - 1, 7, true},
      mesh::BansHeld{8, 0, false},
      mesh::WantBans{9},
  }));
  EXPECT_THAT(text,
              HasSubstr(R"({"op":"ban","hub":")" + kB +
                        R"(","kind":"address","value":"192.0.2.0/24","madeAt":1,"left":5,)"
                        R"("rememberedFor":5},{"op":"bans","yes":true,"digest":9007199254740991,)"
                        R"("next":7},{"op":"bans","digest":8},{"op":"want-bans","after":9}])"));
  const Decoding decoding(text);
  const auto& ops = decoding.As<inbound::HubFrame>()->body->ops;
  ASSERT_THAT(ops, SizeIs(6));
  EXPECT_EQ(*std::get<mesh::BanTold>(ops[0]).ban, SomeBan(false));
  EXPECT_EQ(std::get<mesh::BanTold>(ops[0]).left_ms, 3u);
  EXPECT_EQ(std::get<mesh::BanTold>(ops[0]).remembered_ms, 4u);
  EXPECT_EQ(*std::get<mesh::BanTold>(ops[1]).ban, SomeBan(true));
  EXPECT_EQ(*std::get<mesh::BanTold>(ops[2]).ban, bare);
  const auto& held = std::get<mesh::BansHeld>(ops[3]);
  EXPECT_EQ(held.digest, (uint64_t{1} << 53) - 1);
  EXPECT_EQ(held.next, 7u);
  EXPECT_TRUE(held.answers);
  EXPECT_FALSE(std::get<mesh::BansHeld>(ops[4]).answers);
  EXPECT_EQ(std::get<mesh::WantBans>(ops[5]).after, 9u);
}

TEST(HubFrame, CarriesABanOfOneIssuerAsAKindOfItsOwn) {
  BanRecord ban = SomeBan(false);
  ban.target.issuer = "https://app.example";
  ban.lifted_before = 4;
  const std::string text =
      Sent(Frame({mesh::BanTold{std::make_shared<const BanRecord>(ban), 3, 4}}));
  EXPECT_THAT(text, HasSubstr(R"("kind":"subject_of_issuer",)"))
      << "a hub that knows no issuers passes over it";
  EXPECT_THAT(text, HasSubstr(R"("issuer":"https://app.example",)"));
  const Decoding decoding(text);
  const auto& ops = decoding.As<inbound::HubFrame>()->body->ops;
  ASSERT_THAT(ops, SizeIs(1));
  EXPECT_EQ(*std::get<mesh::BanTold>(ops[0]).ban, ban);
}

TEST(HubFrame, CarriesQuestionsAndAnswers) {
  const std::string bytes("\0\xff\"", 3);
  const std::string text = Sent(Frame({
      mesh::Ask{(uint64_t{1} << 53) - 1, 0, false, Text(bytes)},
      mesh::Ask{7, 1, true, Text("")},
      mesh::Reply{7, 2, true, Text("b")},
      mesh::Reply{8, 0, true, nullptr, "busy"},
  }));
  EXPECT_THAT(text, HasSubstr(R"([{"op":"ask","number":9007199254740991,"bytes":"AP8i"},)"
                              R"({"op":"ask","yes":true,"number":7,"piece":1},)"
                              R"({"op":"reply","yes":true,"number":7,"piece":2,"bytes":"Yg"},)"
                              R"({"op":"reply","yes":true,"number":8,"reason":"busy"}])"));
  const Decoding decoding(text);
  const auto& ops = decoding.As<inbound::HubFrame>()->body->ops;
  ASSERT_THAT(ops, SizeIs(4));
  const auto& ask = std::get<mesh::Ask>(ops[0]);
  EXPECT_EQ(ask.number, (uint64_t{1} << 53) - 1);
  EXPECT_EQ(ask.piece, 0u);
  EXPECT_FALSE(ask.last);
  EXPECT_EQ(*ask.bytes, bytes);
  EXPECT_TRUE(std::get<mesh::Ask>(ops[1]).last);
  EXPECT_EQ(std::get<mesh::Ask>(ops[1]).piece, 1u);
  EXPECT_EQ(*std::get<mesh::Ask>(ops[1]).bytes, "");
  EXPECT_EQ(*std::get<mesh::Reply>(ops[2]).bytes, "b");
  EXPECT_EQ(std::get<mesh::Reply>(ops[2]).refusal, "");
  EXPECT_EQ(std::get<mesh::Reply>(ops[3]).refusal, "busy");
}

TEST(HubFrame, LeavesOutWhatIsNoPieceOfAQuestion) {
  const Decoding decoding(R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" +
                          kB +
                          R"(","data":{"seq":1,"ops":[{"op":"ask","bytes":"no base64!"},)"
                          R"({"op":"ask","bytes":"Yg=="},{"op":"reply","piece":-1},)"
                          R"({"op":"ask"},{"op":"asks","number":1}]}})");
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_THAT(frame->body->ops, SizeIs(1)) << "the empty one with the number 0";
  EXPECT_EQ(frame->refused, 3u);
}

TEST(HubFrame, LeavesOutWhatIsNoBan) {
  const Decoding decoding(
      R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" + kB +
      R"(","data":{"seq":1,"ops":[{"op":"ban"},{"op":"ban","hub":")" + kA +
      R"(","kind":"nobody","value":"u"},{"op":"ban","hub":"x","kind":"subject","value":"u"},)"
      R"({"op":"ban","hub":")" +
      kA + R"(","kind":"subject","value":"u","madeAt":-1},{"op":"ban","hub":")" + kA +
      R"(","kind":"subject_of_issuer","value":"u"},{"op":"ban","hub":")" + kA +
      R"(","kind":"subject","value":"u","issuer":"i"},{"op":"want-bans"}]}})");
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_THAT(frame->body->ops, SizeIs(1));
  EXPECT_EQ(frame->refused, 1u);
}

mesh::TraceStep SomeStep() {
  return {.kind = HandshakeStepKind::kAnswer,
          .stage = HandshakeStage::kDropped,
          .from = Id('a'),
          .to = Id('b'),
          .network = Text("ro\"om"),
          .other_hub = Id('c'),
          .heard_us = 1'000'000,
          .queue_us = 70,
          .sent_us = mesh::kMostNumber,
          .reason = Reason::kSignalUnknownTarget};
}

TEST(HubFrame, CarriesStepsOfHandshakes) {
  const std::string text = Sent(Frame({
      mesh::TraceAsked{{std::pair(Id('a'), Id('b')), ""}, 17},
      mesh::TraceAsked{{std::nullopt, "room"}, 0},
      mesh::TraceAnswered{17, 18, 5},
      std::make_shared<const mesh::TraceStep>(SomeStep()),
      std::make_shared<const mesh::TraceStep>(mesh::TraceStep{.from = Id('a'), .heard_us = 9}),
  }));
  EXPECT_THAT(
      text,
      HasSubstr(
          R"("ops":[{"op":"trace","from":")" + kA + R"(","target":")" + kB +
          R"(","asked":17},{"op":"trace","networkName":"room"},{"op":"traced","asked":17,)"
          R"("heard":18,"omitted":5},{"op":"step","step":"answer","stage":"dropped","from":")" +
          kA + R"(","target":")" + kB + R"(","networkName":"ro\"om","hub":")" + kC +
          R"(","heard":1000000,"queue":70,"sent":9007199254740991,)"
          R"("reason":"signal_unknown_target"},{"op":"step","step":"announce",)"
          R"("stage":"heard","from":")" +
          kA + R"(","heard":9}])"));
  const Decoding decoding(text);
  const auto& ops = decoding.As<inbound::HubFrame>()->body->ops;
  ASSERT_THAT(ops, SizeIs(5));
  EXPECT_EQ(std::get<mesh::TraceAsked>(ops[0]).filter.pair, std::pair(Id('a'), Id('b')));
  EXPECT_EQ(std::get<mesh::TraceAsked>(ops[0]).asked_us, 17u);
  EXPECT_EQ(std::get<mesh::TraceAsked>(ops[1]).filter.network, "room");
  const auto& answered = std::get<mesh::TraceAnswered>(ops[2]);
  EXPECT_EQ(answered.asked_us, 17u);
  EXPECT_EQ(answered.heard_us, 18u);
  EXPECT_EQ(answered.omitted, 5u);
  const mesh::TraceStep& step = *std::get<mesh::SharedTraceStep>(ops[3]);
  EXPECT_EQ(step.kind, HandshakeStepKind::kAnswer);
  EXPECT_EQ(step.stage, HandshakeStage::kDropped);
  EXPECT_EQ(step.from, Id('a'));
  EXPECT_EQ(step.to, Id('b'));
  EXPECT_EQ(*step.network, "ro\"om");
  EXPECT_EQ(step.other_hub, Id('c'));
  EXPECT_EQ(step.heard_us, 1'000'000u);
  EXPECT_EQ(step.queue_us, 70u);
  EXPECT_EQ(step.sent_us, mesh::kMostNumber);
  EXPECT_EQ(step.reason, Reason::kSignalUnknownTarget);
  const mesh::TraceStep& bare = *std::get<mesh::SharedTraceStep>(ops[4]);
  EXPECT_EQ(bare.to, std::nullopt);
  EXPECT_EQ(bare.network, nullptr);
  EXPECT_EQ(bare.queue_us, std::nullopt);
  EXPECT_EQ(bare.reason, Reason::kCount);
}

TEST(HubFrame, SaysWhenASignalWasSentOnWhereItsHandshakeIsWatched) {
  mesh::Signal signal{SignalType::kOffer, Id('a'), Id('b'), Text("room"), {}};
  signal.heard_us = 5;
  EXPECT_THAT(Sent(Frame({signal})), Not(HasSubstr("sent")));
  signal.sent_us = 6;
  const std::string text = Sent(Frame({signal}));
  EXPECT_THAT(text, HasSubstr(R"("networkName":"room","sent":6}])"));
  const Decoding decoding(text);
  const auto& read = std::get<mesh::Signal>(decoding.As<inbound::HubFrame>()->body->ops.at(0));
  EXPECT_EQ(read.sent_us, 6u);
  EXPECT_EQ(read.heard_us, 0u);
}

TEST(HubFrame, LeavesOutWhatIsNoStep) {
  const std::string begin = R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" +
                            kB + R"(","data":{"seq":1,"ops":[)";
  const std::string from = R"("from":")" + kA + '"';
  struct Row {
    std::string op;
    size_t ops;
    size_t refused;
  };
  for (const Row& row : std::vector<Row>{
           {R"({"op":"step","step":"offer","stage":"heard",)" + from + "}", 1, 0},
           {R"({"op":"step","step":"offer","stage":"heard"})", 0, 0},
           {R"({"op":"step","step":"song","stage":"heard",)" + from + "}", 0, 0},
           {R"({"op":"step","step":"offer","stage":"sung",)" + from + "}", 0, 0},
           {R"({"op":"step","step":"offer","stage":"heard","queue":-1,)" + from + "}", 0, 1},
           {R"({"op":"step","step":"offer","stage":"heard","heard":1e3,)" + from + "}", 0, 1},
           {R"({"op":"step","step":"offer","stage":"heard","sent":9007199254740992,)" + from + "}",
            0, 1},
           {R"({"op":"step","step":"offer","stage":"heard","reason":"sung",)" + from + "}", 1, 0},
           {R"({"op":"trace","networkName":""})", 0, 0},
           {R"({"op":"trace",)" + from + "}", 0, 0},
           {R"({"op":"trace"})", 0, 0},
           {R"({"op":"trace","networkName":"r","asked":"1"})", 0, 1},
           {R"({"op":"traced"})", 1, 0},
           {R"({"op":"traced","omitted":true})", 0, 1},
       }) {
    const Decoding decoding(begin + row.op + "]}}");
    const auto* frame = decoding.As<inbound::HubFrame>();
    ASSERT_NE(frame, nullptr) << row.op;
    EXPECT_THAT(frame->body->ops, SizeIs(row.ops)) << row.op;
    EXPECT_EQ(frame->refused, row.refused) << row.op;
  }
}

TEST(HubFrame, IsNoLongerThanItsSenderReckons) {
  const auto nasty = Text(std::string(1000, '"'));
  const auto payload = Text(std::string(1000, '1'));
  const std::string reason(100, '\x01');
  BanRecord largest = SomeBan(true);
  largest.target = {BanTarget::Kind::kTokenId, *nasty};
  largest.reason = *nasty;
  largest.issued_before = largest.made_at = mesh::kMostNumber;
  mesh::TraceStep largest_step = SomeStep();
  largest_step.kind = HandshakeStepKind::kIceCandidate;
  largest_step.network = nasty;
  largest_step.heard_us = mesh::kMostNumber;
  largest_step.queue_us = mesh::kMostNumber;
  mesh::Signal traced{SignalType::kIceCandidate, Id('a'), Id('b'), nasty, {payload, *payload}};
  traced.sent_us = mesh::kMostNumber;
  const mesh::Op kOps[] = {
      mesh::Want{nasty},
      mesh::Unwant{nasty},
      mesh::WantAll{true},
      mesh::Listing{nasty},
      mesh::Listed{nasty},
      mesh::Nobody{nasty},
      mesh::Join{Id('c'), nasty, mesh::kMostNumber, true, true, payload},
      mesh::Leave{Id('c'), nasty, reason, true, {payload, *payload}},
      mesh::Signal{SignalType::kIceCandidate, Id('a'), Id('b'), nasty, {payload, *payload}},
      mesh::Claim{Id('a')},
      mesh::Holds{Id('b')},
      mesh::Yields{Id('c'), mesh::kMostNumber},
      mesh::BanTold{std::make_shared<const BanRecord>(largest), mesh::kMostNumber,
                    mesh::kMostNumber},
      mesh::BansHeld{mesh::kMostNumber, mesh::kMostNumber, true},
      mesh::WantBans{mesh::kMostNumber},
      mesh::Ask{mesh::kMostNumber, mesh::kMostNumber, true, nasty},
      mesh::Reply{mesh::kMostNumber, mesh::kMostNumber, true, nasty, "not-admitted"},
      mesh::TraceAsked{{std::pair(Id('a'), Id('b')), ""}, mesh::kMostNumber},
      mesh::TraceAsked{{std::nullopt, *nasty}, mesh::kMostNumber},
      mesh::TraceAnswered{mesh::kMostNumber, mesh::kMostNumber, mesh::kMostNumber},
      std::make_shared<const mesh::TraceStep>(largest_step),
      traced,
  };
  auto body = std::make_shared<mesh::Body>();
  body->stream = body->seq = body->ack_stream = body->ack = mesh::kMostNumber;
  body->again = true;
  size_t reckoned = mesh::kEnvelope;
  for (int i = 0; i < 20; ++i) {
    for (const mesh::Op& op : kOps) {
      body->ops.push_back(op);
      reckoned += SizeOfOp(op);
    }
  }
  const std::vector<PeerId> via(mesh::kMostHops, Id('c'));
  EXPECT_LE(Sent(outbound::HubFrame{Id('a'), Id('b'), via, body, {}, MacKey{}}).size(), reckoned);

  auto bare = std::make_shared<mesh::Body>(*body);
  bare->ops.clear();
  const size_t size = Sent(outbound::HubFrame{Id('a'), Id('b'), via, bare, {}, MacKey{}}).size();
  EXPECT_LE(size, mesh::kEnvelope);
  const RawJson raw{payload, *payload};
  EXPECT_LE(Sent(outbound::HubFrame{Id('a'), Id('b'), via, nullptr, raw}).size(),
            mesh::kFrameHead + raw.text.size() + via.size() * PeerId::kLength);
}

TEST(HubFrame, IsPassedOnByteForByte) {
  const Decoding decoding(Sent(Frame({mesh::Claim{Id('c')}})));
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  const Decoding passed_on(
      Sent(outbound::HubFrame{frame->from, frame->to, frame->via, nullptr, frame->raw}));
  ASSERT_NE(passed_on.As<inbound::HubFrame>(), nullptr);
  EXPECT_EQ(passed_on.As<inbound::HubFrame>()->raw.text, frame->raw.text);
}

TEST(HubFrame, CannotMakeAJoinSpeakForAnotherPeer) {
  const Decoding decoding(
      R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" + kB +
      R"(","data":{"ops":[{"op":"join","peerId":")" + kC +
      R"(","networkName":"r","members":{"peer\u0049d":"x","isHub":true,"n":1}}]}})");
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  const auto& join = std::get<mesh::Join>(frame->body->ops.at(0));
  ASSERT_NE(join.members, nullptr);
  EXPECT_EQ(*join.members, R"("n":1)");
  EXPECT_FALSE(join.is_hub);
}

TEST(HubFrame, LeavesOutOperationsItDoesNotKnow) {
  const Decoding decoding(R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" +
                          kB +
                          R"(","data":{"ops":[{"op":"sing"},{"op":"join"},7,null,)"
                          R"({"op":"claim","peerId":")" +
                          kC + R"("}]}})");
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_THAT(frame->body->ops, SizeIs(1));
  EXPECT_EQ(frame->body->seq, 0u);
}

TEST(HubFrame, IsNoneWithoutSenderReceiverOrBody) {
  const std::string ids = R"("fromPeerId":")" + kA + R"(","targetPeerId":")" + kB + R"(")";
  EXPECT_TRUE(Decoding(R"({"type":"hub-frame","data":{}})").invalid());
  EXPECT_TRUE(Decoding(R"({"type":"hub-frame",)" + ids + "}").invalid());
  EXPECT_TRUE(Decoding(R"({"type":"hub-frame",)" + ids + R"(,"data":{},"via":"abc"})").invalid());
  EXPECT_FALSE(Decoding(R"({"type":"hub-frame",)" + ids + R"(,"data":{}})").invalid());
}

}  // namespace
}  // namespace pigeonhub::wire
