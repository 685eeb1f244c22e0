// SPDX-License-Identifier: Apache-2.0
//
// A hub on a bus, held to the protocol message by message. The simulated mesh shows what comes of
// it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/mesh/fake_mesh.h"
#include "tests/core/mesh/linked_mesh_hub.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

HubOptions WithBus() {
  HubOptions options = HubServer(Id('c'));
  options.bus.on = true;
  return options;
}

// We are c. What we say on the bus comes back at once, unless it is `deaf`.
class OnTheBus : public ::testing::Test {
 protected:
  void Connect(size_t max_payload = size_t{1} << 20) {
    Handle(BusUp{"nats://broker", max_payload});
  }
  void Handle(const Input& input) {
    ASSERT_TRUE(hub_.Handle(input).ok());
    Note();
  }
  void Note() {
    const Effects effects = hub_.last_effects();
    for (const Effect& effect : effects) {
      if (std::holds_alternative<HangUpBus>(effect)) ++hung_up_;
      const auto* publish = std::get_if<Publish>(&effect);
      if (publish == nullptr) continue;
      said_.push_back(*publish);
      const auto* news = std::get_if<outbound::HubNews>(&publish->message);
      if (news == nullptr || publish->to.has_value() || deaf_) continue;
      Handle(Overheard{inbound::HubNews{news->hubs, 0, news->beat}});
    }
  }
  void Advance(Duration time) {
    for (; time > Duration(); time -= 100ms) {
      hub_.Advance(100ms);
      Note();
    }
  }
  void Hear(char hub, std::vector<SharedNode> nodes = {}, uint64_t life = 7) {
    Handle(Overheard{inbound::HubNews{std::move(nodes), 0, mesh::Beat{Id(hub), Id('1'), life, 1}}});
  }
  // Its word: it is on the bus, and does not hear these there.
  SharedNode Word(char hub, uint64_t seq, std::string_view neighbors = {},
                  std::string_view unheard = {}) {
    HubNode node = *NodeOf(hub, neighbors, {}, seq);
    node.bus = Id('1');
    for (char one : unheard) node.unheard.push_back(Id(one));
    return std::make_shared<const HubNode>(std::move(node));
  }
  // Whoever of them is there says so all the time.
  void Live(Duration time, std::string_view others) {
    for (; time > Duration(); time -= 500ms) {
      for (char hub : others) Hear(hub);
      Advance(500ms);
    }
  }
  std::vector<std::string> TakeSaid() {
    std::vector<std::string> lines;
    for (const Publish& publish : std::exchange(said_, {}))
      lines.push_back(ToText(Effect(publish)));
    return lines;
  }
  // The frames for this hub since the last TakeSaid.
  size_t FramesTo(char hub) const {
    size_t frames = 0;
    for (const Publish& one : said_) {
      frames += one.to == Id(hub) && std::holds_alternative<outbound::HubFrame>(one.message);
    }
    return frames;
  }
  std::string WordOfOurs() {
    const auto us = hub_.hub().Topology().hubs.front();
    std::string text = us.bus.has_value() ? "bus " + ToText(*us.bus) : "no bus";
    for (const PeerId& missed : us.unheard) text += " -" + ToText(missed);
    return text;
  }
  size_t hubs_on_the_map() const { return hub_.hub().Topology().hubs.size(); }

  HubFixture hub_{WithBus()};
  std::vector<Publish> said_;
  size_t hung_up_ = 0;
  bool deaf_ = false;
};

TEST_F(OnTheBus, SaysThatItIsThereAndThenItsWord) {
  EXPECT_FALSE(hub_.hub().Bus()->up);
  Connect();
  EXPECT_THAT(TakeSaid(), ElementsAre("publish to all news", HasSubstr("publish to all news c#")));
  EXPECT_EQ(WordOfOurs(), "bus c");
  EXPECT_TRUE(hub_.hub().Bus()->up);
  EXPECT_EQ(hub_.hub().Bus()->server, "nats://broker");
  EXPECT_EQ(hub_.hub().counters().bus_up.value(), 1u);
  EXPECT_THAT(hub_.TakeEvents(), Contains(HasSubstr("bus_up nats://broker")));
  Advance(4s);
  EXPECT_THAT(TakeSaid(), ::testing::SizeIs(5)) << "every 0.8 s";
}

TEST_F(OnTheBus, HasNoneUnlessItIsTold) {
  HubFixture other(HubServer(Id('c')));
  EXPECT_EQ(other.hub().Bus(), std::nullopt);
}

TEST_F(OnTheBus, TellsANewcomerOfItselfAndOfThoseBehindItsLinks) {
  Connect();
  LinkedMeshHub linked(hub_, 'd');
  Hear('a', {Word('a', 1)});
  TakeSaid();
  Hear('b', {Word('b', 1)});
  std::vector<std::string> to_it;
  for (const std::string& line : TakeSaid()) {
    if (line.starts_with("publish b news")) to_it.push_back(line);
  }
  ASSERT_THAT(to_it, ::testing::SizeIs(1));
  EXPECT_THAT(to_it[0], HasSubstr("c#"));
  EXPECT_THAT(to_it[0], HasSubstr("d#"));
  EXPECT_THAT(to_it[0], Not(HasSubstr("a#"))) << "it speaks for itself";
  EXPECT_EQ(hubs_on_the_map(), 4u);
}

TEST_F(OnTheBus, TakesInTheWordThatGreetsItBeforeItHearsItself) {
  deaf_ = true;
  Connect();
  Hear('a', {Word('a', 1)});
  EXPECT_EQ(hub_.hub().Bus()->hubs, 0u) << "it hears nobody yet";
  EXPECT_EQ(FramesTo('a'), 0u);
  deaf_ = false;
  Advance(1s);
  Hear('a');
  EXPECT_EQ(hubs_on_the_map(), 2u) << "a said its word only once";
}

TEST_F(OnTheBus, PassesNewsOnToLinksAndTheirNewsToTheBus) {
  Connect();
  LinkedMeshHub linked(hub_, 'd');
  linked.Take();
  TakeSaid();
  Hear('a', {Word('a', 1)});
  EXPECT_THAT(linked.Take(), Contains(HasSubstr("news a#1")));
  EXPECT_THAT(TakeSaid(), Not(Contains(HasSubstr("to all news a#1")))) << "all have heard it";
  linked.Tell({Id('c'), Id('e')});
  Note();
  EXPECT_THAT(TakeSaid(), Contains(HasSubstr("publish to all news d#")));
  // Of a hub that is heard on the bus the link tells nothing new there.
  linked.peer().Send(inbound::HubNews{{Word('a', 2)}});
  Note();
  EXPECT_THAT(TakeSaid(), Not(Contains(HasSubstr("to all news a#2"))));
}

TEST_F(OnTheBus, SendsAFrameIntoTheInboxOfItsReceiver) {
  Connect();
  TakeSaid();
  Hear('a', {Word('a', 1)});
  EXPECT_GT(FramesTo('a'), 0u) << "it greets";
  // Over a link it is as short, and costs nobody else anything.
  LinkedMeshHub linked(hub_, 'd');
  Hear('d', {Word('d', 9, "c")});
  TakeSaid();
  FakePeer peer = hub_.Open(Id('1'));
  peer.Announce("room");
  Note();
  EXPECT_GT(FramesTo('a'), 0u);
  EXPECT_EQ(FramesTo('d'), 0u);
}

TEST_F(OnTheBus, MissesASilentHubAndGivesItUpAfterItsGrace) {
  Connect();
  Hear('a', {Word('a', 1)});
  Hear('b', {Word('b', 1)});
  hub_.TakeEvents();
  Live(1500ms, "a");
  EXPECT_EQ(WordOfOurs(), "bus 1");
  Live(500ms, "a");
  EXPECT_EQ(WordOfOurs(), "bus 1 -b");
  EXPECT_EQ(hub_.hub().Bus()->hubs, 1u);
  EXPECT_EQ(hubs_on_the_map(), 2u) << "no way leads to it";
  EXPECT_THAT(hub_.TakeEvents(), Not(Contains(HasSubstr("hub_lost"))));
  Live(3s, "a");
  EXPECT_THAT(hub_.TakeEvents(), Contains(HasSubstr("hub_lost b, ")));
  EXPECT_EQ(hub_.hub().Bus()->hubs, 1u);
}

// Its peers stay known for as long, so that they can come back to another hub unnoticed.
TEST_F(OnTheBus, DoesNotCallAHubLostThatSaidThatItStops) {
  Connect();
  Hear('a', {Word('a', 1)});
  Hear('b', {Word('b', 1)});
  hub_.TakeEvents();
  Hear('b', {NodeOf('b', "", {}, 2)});
  EXPECT_EQ(hub_.hub().Bus()->hubs, 1u) << "nobody waits for it to be silent";
  Live(2s, "a");
  EXPECT_EQ(hubs_on_the_map(), 2u) << "no way leads to it";
  EXPECT_EQ(WordOfOurs(), "bus 1") << "it is not missed";
  Live(2s, "a");
  EXPECT_EQ(hub_.hub().Topology().hubs.size(), 2u);
  EXPECT_THAT(hub_.TakeEvents(), Not(Contains(HasSubstr("hub_lost"))));
}

TEST_F(OnTheBus, DoesNotCallAHubLostThatSaidSoOverALinkBefore) {
  Connect();
  LinkedMeshHub linked(hub_, 'b');
  Hear('a', {Word('a', 1)});
  Hear('b', {Word('b', 5, "c")});
  hub_.TakeEvents();
  const SharedNode last = NodeOf('b', "", {}, 6);
  linked.peer().Send(inbound::HubNews{{last}});
  Hear('b', {last});
  linked.peer().Drop();
  Live(4s, "a");
  EXPECT_EQ(WordOfOurs(), "bus 1") << "it is not missed";
  EXPECT_THAT(hub_.TakeEvents(), Not(Contains(HasSubstr("hub_lost"))));
}

// It is deaf, and perhaps half of its connection works.
TEST_F(OnTheBus, CallsAHubLostThatLeftAndSpokeOnBeforeItFellSilent) {
  Connect();
  Hear('a', {Word('a', 1)});
  Hear('b', {Word('b', 1)});
  hub_.TakeEvents();
  Hear('b', {NodeOf('b', "", {}, 2)});
  Advance(500ms);
  Hear('b');
  Live(4s, "a");
  EXPECT_THAT(hub_.TakeEvents(), Contains(HasSubstr("hub_lost b")));
}

TEST_F(OnTheBus, MissesAtOnceWhomANeighborThereMisses) {
  Connect();
  LinkedMeshHub linked(hub_, 'd');
  Hear('a', {Word('a', 1)});
  EXPECT_EQ(WordOfOurs(), "bus 1");
  Hear('a', {Word('a', 2, "", "b")});
  EXPECT_EQ(WordOfOurs(), "bus 1") << "nobody knows it";
  linked.peer().Send(inbound::HubNews{{Word('b', 1)}});
  Advance(100ms);
  EXPECT_EQ(WordOfOurs(), "bus 1 -b");
  Hear('b', {Word('b', 1)});
  EXPECT_EQ(WordOfOurs(), "bus 1") << "we hear it";
}

TEST_F(OnTheBus, LeavesAtOnceIfItIsDeafAndKeepsTheOthersForTheGrace) {
  Connect();
  Hear('a', {Word('a', 1)});
  hub_.TakeEvents();
  deaf_ = true;
  Advance(2s);
  EXPECT_EQ(WordOfOurs(), "no bus");
  EXPECT_FALSE(hub_.hub().Bus()->up);
  EXPECT_THAT(hub_.TakeEvents(), Contains(HasSubstr("bus_down what this hub says")));
  EXPECT_EQ(hung_up_, 0u);
  Advance(1s);
  EXPECT_EQ(hung_up_, 1u) << "a new connection may work";
  Handle(BusDown{"hung up"});
  Advance(58s);
  EXPECT_THAT(hub_.TakeEvents(), Not(Contains(HasSubstr("hub_lost"))));
  Advance(2s);
  EXPECT_THAT(hub_.TakeEvents(), Contains(HasSubstr("hub_lost a")));
}

TEST_F(OnTheBus, GivesEverybodyFiveSecondsOnceItHearsAgain) {
  Connect();
  Hear('a', {Word('a', 1)});
  Hear('b', {Word('b', 1)});
  Handle(BusDown{"connection lost"});
  Advance(10s);
  hub_.TakeEvents();
  Connect();
  Live(4500ms, "a");
  EXPECT_THAT(hub_.TakeEvents(), Not(Contains(HasSubstr("hub_lost"))));
  EXPECT_EQ(hubs_on_the_map(), 2u);
  Live(1s, "a");
  EXPECT_THAT(hub_.TakeEvents(), Contains(HasSubstr("hub_lost b")));
}

TEST_F(OnTheBus, SaysALastWordWhenSignalingStopsAndIsBackWhenItStarts) {
  Connect();
  TakeSaid();
  Handle(StopSignaling{});
  const std::vector<std::string> said = TakeSaid();
  ASSERT_THAT(said, ::testing::SizeIs(1));
  EXPECT_THAT(said[0], HasSubstr("publish to all news c#"));
  EXPECT_THAT(said[0], Not(HasSubstr("on bus")));
  Hear('a');
  Advance(2s);
  EXPECT_THAT(TakeSaid(), IsEmpty());
  Handle(StartSignaling{"localhost", 3000});
  Advance(100ms);
  EXPECT_TRUE(hub_.hub().Bus()->up);
}

TEST_F(OnTheBus, LeavesItToTheLowerLifeAndLooksAgain) {
  Connect();
  hub_.TakeEvents();
  TakeSaid();
  Hear('c', {Word('c', 900)}, /*life=*/1);
  EXPECT_EQ(hub_.counted(Reason::kHubIdTaken), 1u);
  EXPECT_THAT(hub_.TakeEvents(), Contains(HasSubstr("bus_down hub_id_taken: ")));
  EXPECT_EQ(WordOfOurs(), "no bus");
  EXPECT_THAT(TakeSaid(), IsEmpty()) << "nobody outbids the other one's word";
  Advance(14s);
  EXPECT_THAT(TakeSaid(), IsEmpty());
  Advance(1500ms);
  Hear('c', {}, /*life=*/1);
  EXPECT_THAT(TakeSaid(), IsEmpty()) << "it looks before it speaks";
  EXPECT_EQ(hub_.counted(Reason::kHubIdTaken), 2u);
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty()) << "said once";
  Advance(18s);
  EXPECT_TRUE(hub_.hub().Bus()->up);
}

// A map may hold so many hubs. Each says some words until it knows what the others call the bus.
TEST_F(OnTheBus, ReadsSomeWordsOfEachHubAtOnceAndThenNotAsManyAsCome) {
  Connect();
  uint64_t seq = 0;
  const auto change = [&] {
    ++seq;
    Hear('a', {Word('a', seq, "", seq % 2 == 0 ? "d" : "")});
  };
  const size_t hubs = Limits().hubs;
  for (size_t i = 0; i < 4 * hubs; ++i) change();
  EXPECT_EQ(hub_.counted(Reason::kHubNewsRate), 0u);
  for (size_t i = 0; i < 5 * hubs; ++i) change();
  EXPECT_GT(hub_.counted(Reason::kHubNewsRate), 0u);
}

TEST_F(OnTheBus, IsHarmedByNothingThatIsSaidThere) {
  Connect();
  Hear('a', {Word('a', 1)});
  TakeSaid();
  Handle(Overheard{inbound::HubNews{{Word('b', 1)}, 0, {}}});
  Handle(Overheard{inbound::Ping{}});
  Handle(Overheard{inbound::Connected{}});
  EXPECT_EQ(hub_.counted(Reason::kInvalidMessage), 3u);
  EXPECT_EQ(hub_.hub().Bus()->counts.refused, 3u);
  EXPECT_THAT(TakeSaid(), IsEmpty());
  EXPECT_EQ(hubs_on_the_map(), 2u);
}

TEST_F(OnTheBus, SaysNoMoreInOneMessageThanTheBrokerTakes) {
  Connect(/*max_payload=*/4096);
  Hear('a', {Word('a', 1)});
  FakePeer peer = hub_.Open(Id('1'));
  peer.Announce("room");
  Note();
  // What a says to us.
  auto body = std::make_shared<mesh::Body>();
  body->stream = 7;
  body->seq = 1;
  body->ops = {mesh::Want{Text("room")}, JoinOp('2', "room", 1)};
  Handle(Overheard{inbound::HubFrame{Id('a'), Id('c'), {}, body, Json("{}")}});
  peer.Offer(Id('2'), "room", "\"" + std::string(2000, 'x') + "\"");
  Note();
  EXPECT_EQ(hub_.counted(Reason::kSignalTooLarge), 0u);
  peer.Offer(Id('2'), "room", "\"" + std::string(4000, 'x') + "\"");
  EXPECT_EQ(hub_.counted(Reason::kSignalTooLarge), 1u);
}

}  // namespace
}  // namespace pigeonhub
