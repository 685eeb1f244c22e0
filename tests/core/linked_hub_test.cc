// SPDX-License-Identifier: Apache-2.0
//
// A hub of our kind held to the protocol word by word: what it must not get away with, and what it
// must be told. Of itself it says only what a test makes it say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kMesh[] = "pigeonhub-mesh";

SharedText Text(std::string_view text) { return std::make_shared<const std::string>(text); }

template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

std::string OpText(const mesh::Op& op) {
  return std::visit(
      Overloaded{
          [](const mesh::Want& o) { return "want " + *o.network; },
          [](const mesh::Unwant& o) { return "unwant " + *o.network; },
          [](const mesh::WantAll& o) { return std::string(o.all ? "want all" : "want not all"); },
          [](const mesh::Listing& o) { return "listing " + *o.network; },
          [](const mesh::Listed& o) { return "listed " + *o.network; },
          [](const mesh::Nobody& o) { return "nobody in " + *o.network; },
          [](const mesh::Join& o) {
            return absl::StrCat("join ", ToText(o.peer), " in ", *o.network, " generation ",
                                o.generation, o.alive ? " alive" : "");
          },
          [](const mesh::Leave& o) {
            return absl::StrCat("leave ", ToText(o.peer), " in ", *o.network, ": ", o.reason);
          },
          [](const mesh::Signal& o) {
            return absl::StrCat("signal ", ToText(o.from), " to ", ToText(o.target), " in ",
                                *o.network, " ", std::string(o.payload.text));
          },
          [](const mesh::Claim& o) { return "claim " + ToText(o.peer); },
          [](const mesh::Holds& o) { return "holds " + ToText(o.peer); },
          [](const mesh::Yields& o) {
            return absl::StrCat("yields ", ToText(o.peer), " generation ", o.generation);
          },
      },
      op);
}

mesh::Join JoinOp(char peer, std::string_view network, uint64_t generation, bool alive = false) {
  return {Id(peer), Text(network), generation, alive, false, nullptr};
}
mesh::Leave LeaveOp(char peer, std::string_view network, bool goodbye = false) {
  return {Id(peer), Text(network), goodbye ? "goodbye" : "disconnected", goodbye, {}};
}
mesh::Signal SignalOp(char from, char target, std::string_view network) {
  return {SignalType::kOffer, Id(from), Id(target), Text(network), Json("1")};
}

// One hub of our kind that dialed the hub under test. Acknowledges whatever it reads.
class LinkedHub {
 public:
  LinkedHub(HubFixture& hub, char name) : hub_(hub), id_(Id(name)), peer_(hub.Open(Id(name))) {
    auto self = std::make_shared<HubDetails>();
    self->mesh_version = 1;
    peer_.Send(inbound::Announce{kMesh, {nullptr, true, self}});
    Tell({hub.hub().Topology().hubs.front().id});
    Say({mesh::Want{Text("hello")}, mesh::Unwant{Text("hello")}});
    Take();
  }

  // Its word on the map: whom it is linked to.
  void Tell(std::vector<PeerId> neighbours, std::string url = {}) {
    HubNode node;
    node.id = id_;
    for (const PeerId& one : neighbours) node.neighbours.push_back({one, false});
    Tell(std::move(node), ++news_, std::move(url));
  }
  void Tell(HubNode node, uint64_t seq, std::string url = {}) {
    node.seq = seq;
    auto details = std::make_shared<HubDetails>();
    details->url = std::move(url);
    node.profile = {nullptr, true, std::move(details)};
    peer_.Send(inbound::HubNews{{std::make_shared<const HubNode>(std::move(node))}});
  }

  void Say(std::vector<mesh::Op> ops) {
    auto body = std::make_shared<mesh::Body>();
    body->stream = 7;
    body->seq = ++said_;
    body->ack_stream = heard_stream_;
    body->ack = heard_;
    body->ops = std::move(ops);
    Pass(id_, OurId(), {}, std::move(body));
  }
  // It is another one than we spoke to so far, as its acknowledgement shows.
  void Forget() {
    auto body = std::make_shared<mesh::Body>();
    body->stream = 7;
    Pass(id_, OurId(), {}, std::move(body));
  }
  // A frame that it hands over, its own or another hub's.
  void Pass(const PeerId& from, const PeerId& to, std::vector<PeerId> via,
            std::shared_ptr<const mesh::Body> body = std::make_shared<mesh::Body>()) {
    peer_.Send(inbound::HubFrame{from, to, std::move(via), std::move(body), Json("{}")});
  }

  // What it was told since the last Take, as text. Frames for other hubs and news as they are.
  std::vector<std::string> Take() {
    std::vector<std::string> lines;
    for (const outbound::Message& message :
         std::exchange(hub_.inbox(peer_.connection()).messages, {})) {
      const auto* frame = std::get_if<outbound::HubFrame>(&message);
      if (frame == nullptr || frame->body == nullptr) {
        lines.push_back(ToText(message));
        continue;
      }
      if (frame->body->seq == 0) continue;
      heard_stream_ = frame->body->stream;
      heard_ = frame->body->seq;
      for (const mesh::Op& op : frame->body->ops) lines.push_back(OpText(op));
    }
    return lines;
  }

  FakePeer& peer() { return peer_; }
  const PeerId& id() const { return id_; }

 private:
  PeerId OurId() const { return hub_.hub().Topology().hubs.front().id; }

  HubFixture& hub_;
  const PeerId id_;
  FakePeer peer_;
  uint64_t news_ = 0;
  uint64_t said_ = 0;
  uint64_t heard_stream_ = 0;
  uint64_t heard_ = 0;
};

HubOptions OurOptions() {
  HubOptions options;
  options.is_hub = true;
  options.hub_peer_id = Id('c');
  options.limits.namespaces = 3;
  options.limits.remote_peers = 50;
  return options;
}

// We are c, linked to b and d: of two that have the same peer with one generation, d owns it before
// us and we before b.
class HubOfOurKind : public ::testing::Test {
 protected:
  HubFixture hub_{OurOptions()};
  LinkedHub b_{hub_, 'b'};
  LinkedHub d_{hub_, 'd'};

  void SetUp() override {
    b_.Take();
    d_.Take();
  }
  // As HubFixture::Join, but nothing that was said is forgotten.
  FakePeer Enter(char peer, std::string_view network) {
    FakePeer entered = hub_.Open(Id(peer));
    entered.Announce(network);
    return entered;
  }
  size_t remote_peers() { return hub_.hub().Stats().remote_peers; }
};

// ---- Signals

TEST_F(HubOfOurKind, SignalsForItsPeersOnly) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.ForgetMessages();
  d_.Say({SignalOp('7', '1', "room"), SignalOp('2', '1', "room"), SignalOp('8', '1', "room")});
  EXPECT_THAT(one.Take(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kSignalForgedSender), 3u);
  b_.Say({SignalOp('7', '1', "room")});
  EXPECT_THAT(one.Take(), ElementsAre("offer 7 to 1 in room 1"));
}

TEST_F(HubOfOurKind, ReachesNoLocalPeerInAnotherNamespace) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "other");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.ForgetMessages();
  b_.Say({SignalOp('7', '2', "room"), SignalOp('7', '2', "other"), SignalOp('7', '1', "other")});
  EXPECT_THAT(one.Take(), IsEmpty());
  EXPECT_THAT(two.Take(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kSignalOtherNamespace), 3u);
}

TEST_F(HubOfOurKind, ReachesNoPeerOfAPlainHubInAnotherNamespace) {
  FakePeer plain = hub_.JoinAsHub(Id('e'));
  plain.Report(Id('8'), "other");
  plain.Report(Id('9'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.ForgetMessages();
  b_.Say({SignalOp('7', '8', "room"), SignalOp('7', '8', "other")});
  EXPECT_THAT(plain.Take(), IsEmpty());
  b_.Say({SignalOp('7', '9', "room")});
  EXPECT_THAT(plain.Take(), ElementsAre("offer 7 to 9 in room 1"));
}

TEST_F(HubOfOurKind, IsNoWayToAnotherOne) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  d_.Say({JoinOp('8', "room", 1)});
  d_.Take();
  b_.Say({SignalOp('7', '8', "room")});
  EXPECT_THAT(d_.Take(), IsEmpty()) << "it goes to the hub that has the target, or nowhere";
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 1u);
}

TEST_F(HubOfOurKind, HoldsNoMoreSignalsThanItMayWhileItCannotBeReached) {
  FakePeer one = Enter('1', "room");
  b_.Take();
  b_.Say({JoinOp('7', "room", 1)});
  b_.peer().Drop();
  for (int i = 0; i < 5000; ++i) one.Offer(Id('7'), "room");
  EXPECT_EQ(hub_.counted(Reason::kLinkBacklogged), 5000u - 4096u);
}

TEST(HubWithAWindowFull, SendsSignalsInTheirOrderAllTheSame) {
  HubFixture hub(OurOptions());
  LinkedHub b(hub, 'b');
  for (uint32_t i = 1; i <= 80; ++i) {
    hub.Join(NumberedId(i), "room", "\"n\":\"" + std::string(15'000, 'x') + "\"");
  }
  FakePeer one = hub.Join(Id('1'), "room");
  b.Say({JoinOp('7', "room", 1), mesh::Want{Text("room")}});
  EXPECT_THAT(b.Take(), Not(Contains("listed room"))) << "much of the list waits";
  one.Signal(SignalType::kOffer, Id('7'), "room", "1");
  one.Signal(SignalType::kAnswer, Id('7'), "room", "2");
  one.Signal(SignalType::kIceCandidate, Id('7'), "room", "3");
  EXPECT_THAT(b.Take(), ElementsAre("signal 1 to 7 in room 1", "signal 1 to 7 in room 2",
                                    "signal 1 to 7 in room 3"));
}

// ---- Presence

TEST_F(HubOfOurKind, IsToldWhatWeWantAndWhatNoLonger) {
  FakePeer one = Enter('1', "room");
  EXPECT_THAT(b_.Take(), ElementsAre("want room"));
  FakePeer two = Enter('2', "room");
  two.Drop();
  EXPECT_THAT(b_.Take(), IsEmpty());
  one.Drop();
  EXPECT_THAT(b_.Take(), ElementsAre("unwant room"));
}

TEST_F(HubOfOurKind, IsToldWhatItWantsAndNothingElse) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Take();
  b_.Say({mesh::Want{Text("room")}});
  EXPECT_THAT(b_.Take(), ElementsAre("listing room", "join 1 in room generation 1", "listed room"));
  one.Announce("room", R"("n":1)");
  EXPECT_THAT(b_.Take(), ElementsAre("join 1 in room generation 1"));
  b_.Say({mesh::Unwant{Text("room")}});
  one.Announce("room", R"("n":2)");
  Enter('2', "other");
  EXPECT_THAT(b_.Take(), ElementsAre("want other"));
}

TEST_F(HubOfOurKind, IsNotToldOfPeersThatAnotherOneHas) {
  hub_.Join(Id('1'), "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Take();
  d_.Say({JoinOp('7', "room", 1)});
  d_.Say({LeaveOp('7', "room")});
  d_.Say({JoinOp('8', "room", 1)});
  EXPECT_THAT(b_.Take(), IsEmpty());
  b_.Say({mesh::Want{Text("room")}});
  EXPECT_THAT(b_.Take(), ElementsAre("listing room", "join 1 in room generation 1", "listed room"));
}

TEST_F(HubOfOurKind, LeavesNothingHereOfNamespacesWithoutMembers) {
  b_.Say({JoinOp('7', "room", 1)});
  EXPECT_EQ(remote_peers(), 0u);
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  EXPECT_EQ(remote_peers(), 1u);
  one.Drop();
  EXPECT_EQ(remote_peers(), 0u);
}

TEST_F(HubOfOurKind, TakesBackWhomItsNewListDoesNotName) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "other");
  b_.Say({JoinOp('7', "room", 1), JoinOp('8', "room", 1), JoinOp('9', "other", 1)});
  hub_.ForgetMessages();
  b_.Say({mesh::Listing{Text("room")}, JoinOp('7', "room", 1)});
  EXPECT_THAT(one.Take(), IsEmpty());
  b_.Say({mesh::Listed{Text("room")}});
  EXPECT_THAT(one.Take(), ElementsAre("disconnected 8 in room: disconnected"));
  EXPECT_THAT(two.Take(), IsEmpty());
}

TEST_F(HubOfOurKind, TakesBackEverybodyWhereItHasNobody) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "other");
  b_.Say({JoinOp('8', "room", 1), JoinOp('9', "other", 1)});
  hub_.ForgetMessages();
  b_.Say({mesh::Nobody{Text("room")}});
  EXPECT_THAT(one.Take(), ElementsAre("disconnected 8 in room: disconnected"));
  EXPECT_THAT(two.Take(), IsEmpty());
}

TEST_F(HubOfOurKind, EndsAPeerEverywhereByItsGoodbyeOnlyIfItHasIt) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  d_.Say({JoinOp('7', "room", 2)});
  hub_.ForgetMessages();
  b_.Say({LeaveOp('7', "room", /*goodbye=*/true)});
  EXPECT_THAT(one.Take(), IsEmpty()) << "it came to d since";
  d_.Say({LeaveOp('7', "room", /*goodbye=*/true)});
  EXPECT_THAT(one.Take(), Contains("disconnected 7 in room: goodbye"));
}

TEST_F(HubOfOurKind, IsToldEverythingAgainIfItForgotWhatWeSaid) {
  Enter('1', "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Take();
  b_.Say({});
  b_.Forget();
  EXPECT_THAT(b_.Take(), ElementsAre("want room", "listing pigeonhub-mesh", "listed pigeonhub-mesh",
                                     "listing room", "join 1 in room generation 1", "listed room"));
}

// ---- Limits

TEST_F(HubOfOurKind, MayWantSoManyNamespaces) {
  for (const char* name : {"n1", "n2", "n3", "n4"}) b_.Say({mesh::Want{Text(name)}});
  EXPECT_EQ(hub_.counted(Reason::kTooManyNamespaces), 1u);
  const auto told = b_.Take();
  EXPECT_THAT(told, Contains("nobody in n3"));
  EXPECT_THAT(told, Not(Contains("nobody in n4")));
}

TEST_F(HubOfOurKind, MayHaveSoManyPeers) {
  hub_.Join(Id('1'), "room");
  for (uint32_t i = 1; i <= 60; ++i) {
    b_.Say({mesh::Join{NumberedId(i), Text("room"), 1, false, false, nullptr}});
  }
  EXPECT_LE(remote_peers(), 50u);
  EXPECT_GE(hub_.counted(Reason::kRemoteTableFull), 10u);
}

TEST_F(HubOfOurKind, MayHaveSoManyNeighbours) {
  std::vector<PeerId> many = {Id('c')};
  for (uint32_t i = 1; i <= 256; ++i) many.push_back(NumberedId(i));
  b_.Tell(many);
  EXPECT_EQ(hub_.counted(Reason::kHubEntryTooLarge), 1u);
  EXPECT_THAT(d_.Take(), IsEmpty());
  many.pop_back();
  b_.Tell(many);
  EXPECT_THAT(d_.Take(), SizeIs(1));
}

TEST_F(HubOfOurKind, MaySaySoMuchOfItself) {
  b_.Tell({Id('c')}, "ws://" + std::string(5000, 'b'));
  EXPECT_EQ(hub_.counted(Reason::kHubEntryTooLarge), 1u);
  EXPECT_THAT(d_.Take(), IsEmpty());
  b_.Tell({Id('c')}, "ws://" + std::string(3000, 'b'));
  EXPECT_THAT(d_.Take(), SizeIs(1));
}

// ---- The map

TEST_F(HubOfOurKind, HasItsNewsPassedOnOnceToAllButItself) {
  HubNode node;
  node.id = Id('b');
  node.neighbours = {{Id('c'), false}};
  b_.Tell(node, 5);
  EXPECT_THAT(d_.Take(), ElementsAre("news b#5[c]"));
  EXPECT_THAT(b_.Take(), IsEmpty());
  b_.Tell(node, 5);
  b_.Tell(node, 4);
  EXPECT_THAT(d_.Take(), IsEmpty());
}

TEST_F(HubOfOurKind, IsNotCutOffByOldNews) {
  HubNode node;
  node.id = Id('b');
  node.neighbours = {{Id('c'), false}};
  b_.Tell(node, 5);
  node.neighbours.clear();
  d_.Tell(node, 4);
  EXPECT_EQ(hub_.hub().Topology().hubs.size(), 3u);
  d_.Tell(node, 6);
  EXPECT_EQ(hub_.hub().Topology().hubs.size(), 2u) << "but by its newest word it is";
}

TEST_F(HubOfOurKind, HearsOurNewestWordWhereItHasOneOfAnEarlierLife) {
  HubNode ours;
  ours.id = Id('c');
  b_.Tell(ours, 100);
  EXPECT_THAT(b_.Take(), Contains("news c#101[bd]"));
}

TEST_F(HubOfOurKind, IsSentTheWholeMapWhenItComes) {
  hub_.Handle(StopSignaling{}).IgnoreError();
  hub_.Start().IgnoreError();
  LinkedHub b(hub_, 'b');
  FakePeer e = hub_.Open(Id('e'));
  auto self = std::make_shared<HubDetails>();
  self->mesh_version = 1;
  e.Send(inbound::Announce{kMesh, {nullptr, true, self}});
  EXPECT_THAT(e.Take(), Contains(HasSubstr("b#1[c]")));
}

TEST_F(HubOfOurKind, GetsNoFrameThatWasHereOrGoesBackOrTooFar) {
  hub_.Join(Id('1'), "room");
  b_.Take();
  auto body = std::make_shared<mesh::Body>();
  body->stream = 9;
  body->seq = 1;
  body->ops = {mesh::Want{Text("room")}};
  d_.Take();
  b_.Pass(Id('d'), Id('c'), {Id('c'), Id('b')}, body);
  b_.Pass(Id('c'), Id('d'), {Id('b')});
  b_.Pass(Id('f'), Id('b'), {});
  b_.Pass(Id('d'), Id('d'), {Id('b')});
  b_.Pass(Id('f'), Id('d'), {Id('d'), Id('b')});
  EXPECT_EQ(hub_.counted(Reason::kSignalLooped), 5u);
  EXPECT_THAT(b_.Take(), IsEmpty());
  EXPECT_THAT(d_.Take(), IsEmpty());
  std::vector<PeerId> via;
  for (uint32_t i = 1; i <= 15; ++i) via.push_back(NumberedId(i));
  b_.Pass(Id('f'), Id('d'), via);
  EXPECT_THAT(d_.Take(), IsEmpty());
  via.pop_back();
  b_.Pass(Id('f'), Id('d'), via);
  EXPECT_THAT(d_.Take(), ElementsAre("frame f to d via 15"));
}

// ---- One id, two hubs

TEST_F(HubOfOurKind, IsAskedForAPeerThatComesToUs) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 4)});
  b_.Take();
  FakePeer seven = hub_.Open(Id('7'));
  EXPECT_TRUE(seven.paused());
  EXPECT_THAT(b_.Take(), ElementsAre("claim 7"));
  b_.Say({mesh::Holds{Id('7')}});
  EXPECT_EQ(seven.closed(), Reason::kPeerAlreadyConnected);

  FakePeer again = hub_.Open(Id('7'));
  b_.Say({mesh::Yields{Id('7'), 9}});
  EXPECT_THAT(again.Take(), ElementsAre("connected 7")) << "at once";
  EXPECT_FALSE(again.paused());
  b_.Say({mesh::Want{Text("room")}});
  b_.Take();
  again.Announce("room");
  EXPECT_THAT(b_.Take(), ElementsAre("join 7 in room generation 10"));
}

TEST_F(HubOfOurKind, LosesItsPeerToUsIfItDoesNotAnswer) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 4), mesh::Want{Text("room")}});
  FakePeer seven = hub_.Open(Id('7'));
  hub_.Advance(3s);
  EXPECT_THAT(seven.Take(), ElementsAre("connected 7"));
  b_.Take();
  seven.Announce("room");
  EXPECT_THAT(b_.Take(), Contains("join 7 in room generation 5"));
}

TEST_F(HubOfOurKind, IsOutbidByAPeerThatLivesHereAndHasNotAnnouncedYet) {
  FakePeer seven = hub_.Connect(Id('7'));
  hub_.Join(Id('1'), "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Say({JoinOp('7', "room", 4)});
  hub_.Handle(Alive{seven.connection()}).IgnoreError();
  b_.Take();
  seven.Announce("room");
  EXPECT_THAT(b_.Take(), ElementsAre("join 7 in room generation 5"));
}

TEST_F(HubOfOurKind, IsToldWhetherAPeerThatItClaimsLives) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Take();
  b_.Say({mesh::Claim{Id('1')}});
  EXPECT_EQ(hub_.inbox(one.connection()).probes, 1);
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  EXPECT_THAT(b_.Take(), ElementsAre("holds 1"));
  b_.Say({mesh::Claim{Id('1')}});
  hub_.Advance(3s);
  EXPECT_EQ(one.closed(), Reason::kReplaced);
  EXPECT_THAT(b_.Take(), Contains("yields 1 generation 1"));
}

TEST_F(HubOfOurKind, ContestsAPeerByGenerationThenById) {
  FakePeer one = hub_.Join(Id('1'), "room");
  auto& inbox = hub_.inbox(one.connection());
  b_.Say({JoinOp('1', "room", 1)});
  EXPECT_EQ(inbox.probes, 0) << "the lower id: it has lost, and gives its own up";
  d_.Say({mesh::Want{Text("room")}});
  d_.Take();
  d_.Say({JoinOp('1', "room", 1)});
  EXPECT_EQ(inbox.probes, 1);
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  EXPECT_THAT(d_.Take(), ElementsAre("join 1 in room generation 2 alive"));
  b_.Say({JoinOp('1', "room", 5)});
  EXPECT_EQ(inbox.probes, 2);
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  EXPECT_THAT(d_.Take(), ElementsAre("join 1 in room generation 6 alive"));
  b_.Say({JoinOp('1', "room", 3, /*alive=*/true)});
  EXPECT_FALSE(one.closed().has_value());
  b_.Say({JoinOp('1', "room", 7, /*alive=*/true)});
  EXPECT_EQ(one.closed(), Reason::kReplaced);
}

TEST_F(HubOfOurKind, KeepsThePeerThatOursWasGivenUpFor) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "room");
  b_.Say({JoinOp('1', "room", 5)});
  hub_.ForgetMessages();
  hub_.Advance(3s);
  EXPECT_EQ(one.closed(), Reason::kReplaced);
  EXPECT_THAT(two.Take(), ElementsAre("disconnected 1 in room: replaced", "discovered 1 in room"));
  two.Offer(Id('1'), "room");
  EXPECT_THAT(b_.Take(), Contains(HasSubstr("signal 2 to 1")));
}

TEST_F(HubOfOurKind, IsToldOfOursAgainWhenItGivesOneUp) {
  hub_.Join(Id('1'), "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Take();
  b_.Say({LeaveOp('1', "room")});
  EXPECT_THAT(b_.Take(), ElementsAre("join 1 in room generation 1"));
}

TEST_F(HubOfOurKind, NoLongerHasAPeerThatCameHereToAnotherNamespace) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.Join(Id('2'), "other");
  FakePeer seven = hub_.Open(Id('7'));
  b_.Say({mesh::Yields{Id('7'), 1}});
  hub_.ForgetMessages();
  seven.Announce("other");
  EXPECT_THAT(one.Take(), ElementsAre("disconnected 7 in room: moved"));
  EXPECT_EQ(remote_peers(), 0u);
}

}  // namespace
}  // namespace pigeonhub
