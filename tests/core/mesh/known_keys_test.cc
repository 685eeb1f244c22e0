// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/known_keys.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "server/core/mesh/node_seal.h"
#include "server/core/mesh/stream_numbers.h"
#include "server/core/random.h"
#include "tests/support/core_text.h"
#include "tests/support/fixed_keyring.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

// A process of a hub, with its keys, and what it knows of others.
class Process {
 public:
  Process(char id, uint8_t keys, uint64_t start, HubUnsigned policy = HubUnsigned::kAllow)
      : id_(Id(id)), keyring_(KeyringOf(keys)), sealer_(keyring_) {
    options_.hub_unsigned = policy;
    options_.hub_peer_id = id_;
    sealer_.Begin(static_cast<UnixMillis>(start));
  }

  const PeerId& id() const { return id_; }

  SharedNode Says(uint64_t seq) {
    HubNode node = Bare(seq);
    sealer_.Seal(node);
    return std::make_shared<const HubNode>(std::move(node));
  }
  SharedNode SaysUnsigned(uint64_t seq) const { return std::make_shared<const HubNode>(Bare(seq)); }

  // As MapNews does.
  bool Hear(const SharedNode& node) {
    if (!keys.Believes(turn_, way_, node)) return false;
    return Learn(node);
  }
  bool IsSigned(const HubNode& node) { return keys.IsSigned(turn_, way_, node); }
  bool Learn(const SharedNode& node) {
    const HubMap::Learned learned = map_.Learn(node);
    if (learned != HubMap::Learned::kNew && learned != HubMap::Learned::kRepeated) return false;
    keys.Note(*node);
    if (mesh_hubs.Find(node->id) == nullptr) {
      mesh_hubs.Add(std::make_unique<MeshHub>(node->id, PathId(node->id.Prefix()), streams_,
                                              Conversation::Room(), mesh_hubs.gather()));
    }
    return true;
  }
  void Forget(const PeerId& hub) {
    (void)mesh_hubs.Remove(hub);
    map_.Forget(hub);
  }
  void Trust(std::map<PeerId, PublicKey> hubs) { keys.Trust(std::move(hubs)); }

  inbound::HubFrame Writes(const PeerId& to, uint64_t stream, uint64_t ack_stream = 0) const {
    inbound::HubFrame frame{id_, to, {}, nullptr, {}};
    auto body = std::make_shared<mesh::Body>();
    body->stream = stream;
    body->seq = 1;
    body->ack_stream = ack_stream;
    frame.body = body;
    frame.checked = "what is said";
    if (const auto key = keys.MacKeyFor(to)) {
      frame.mac = mesh::MacOf(frame.from, frame.to, frame.checked, *key);
    }
    return frame;
  }
  uint64_t NextStream() { return streams_.Take(); }
  bool Takes(const inbound::HubFrame& frame) { return keys.Accepts(turn_, way_, frame); }

  const SharedNode& Known(const PeerId& hub) const { return map_.others().at(hub); }
  uint64_t Counted(Reason reason) const { return counters_.of(reason).value(); }
  bool AskedSomething(const PeerId& hub) const {
    return mesh_hubs.Find(hub)->talk.HasMore(now_.steady);
  }
  void Wait(Duration time) { now_.steady += time; }
  SharedNode TakeExpired() { return keys.TakeExpired(now_.steady); }

 private:
  HubNode Bare(uint64_t seq) const {
    HubNode node;
    node.id = id_;
    node.seq = seq;
    node.profile = {nullptr, true, std::make_shared<const HubDetails>()};
    return node;
  }

  const PeerId id_;
  const std::shared_ptr<const Keyring> keyring_;
  HubOptions options_;
  Counters counters_;
  Journal journal_{counters_};
  Now now_{SteadyTime(1h), 1'795'918'000'123};
  Effects effects_;
  Turn turn_{now_, effects_, journal_};
  Way way_{16, Way::kWordsOverALink};
  Random random_{1};
  StreamNumbers streams_{random_};
  QuarantineList quarantined_;
  TrustList trusted_;
  Bus bus_{id_, std::chrono::milliseconds(800), 1};
  HubMap map_{id_, Limits(), quarantined_, bus_};
  Sealer sealer_;

 public:
  MeshHubTable mesh_hubs;
  KnownKeys keys{options_, keyring_, quarantined_, trusted_, map_, mesh_hubs, streams_};
};

// This hub, and another one. They have heard each other's news.
class KnownKeysTest : public ::testing::Test {
 protected:
  KnownKeysTest() {
    EXPECT_TRUE(us_.Hear(them_.Says(1)));
    EXPECT_TRUE(them_.Hear(us_.Says(1)));
  }

  Process us_{'a', 1, 1000};
  Process them_{'b', 2, 1000};
};

TEST_F(KnownKeysTest, BelieveNobodyButTheHubItself) {
  HubNode altered = *them_.Says(2);
  altered.neighbors.clear();
  altered.peers = 99;
  EXPECT_FALSE(us_.Hear(std::make_shared<const HubNode>(altered)));
  EXPECT_EQ(us_.Counted(Reason::kHubSignatureWrong), 1U);
  EXPECT_EQ(us_.Known(them_.id())->seq, 1U);
  EXPECT_TRUE(us_.Hear(them_.Says(3)));
}

// To check one takes longer than to invent it.
TEST_F(KnownKeysTest, DoNotCheckWrongSignaturesAsFastAsTheyCome) {
  us_.Wait(10s);
  uint64_t seq = 2;
  const auto forge = [&] {
    HubNode altered = *them_.Says(++seq);
    altered.peers = 99;  // it changes no routes
    EXPECT_FALSE(us_.Hear(std::make_shared<const HubNode>(altered)));
  };
  for (int i = 0; i < 1000; ++i) forge();
  EXPECT_EQ(us_.Counted(Reason::kHubSignatureWrong), 4U) << "32 at once, and each counts ten times";
  EXPECT_EQ(us_.Counted(Reason::kHubNewsRate), 996U);
  EXPECT_FALSE(us_.Hear(them_.Says(++seq))) << "nothing of that link is checked for a while";
  EXPECT_FALSE(us_.IsSigned(*us_.Says(++seq))) << "nor what is said in our own name";
  us_.Wait(1s);
  EXPECT_TRUE(us_.Hear(them_.Says(++seq)));
  us_.Wait(10s);
  for (int i = 0; i < 1000; ++i) {
    us_.Wait(100ms);
    forge();
  }
  EXPECT_EQ(us_.Counted(Reason::kHubSignatureWrong), 1004U) << "ten a second";
}

TEST_F(KnownKeysTest, CheckNoMoreThanAHundredSignaturesASecondOfOneLink) {
  us_.Wait(10s);
  uint64_t seq = 1;
  uint64_t heard = 0;
  for (int i = 0; i < 1000; ++i) heard += us_.Hear(them_.Says(++seq));
  EXPECT_EQ(heard, 32U);
  us_.Wait(100ms);
  for (int i = 0; i < 1000; ++i) heard += us_.Hear(them_.Says(++seq));
  EXPECT_EQ(heard, 42U);
  EXPECT_EQ(us_.Counted(Reason::kHubNewsRate), 2000U - heard);
  // What is known is not checked again.
  const SharedNode known = us_.Known(them_.id());
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(us_.Hear(known));
  EXPECT_EQ(us_.Counted(Reason::kHubNewsRate), 2000U - heard);
}

TEST_F(KnownKeysTest, TakeAFrameWithTheRightMacOnly) {
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5)));
  EXPECT_TRUE(them_.Takes(us_.Writes(them_.id(), 5)));

  inbound::HubFrame without = them_.Writes(us_.id(), 6);
  without.mac.reset();
  EXPECT_FALSE(us_.Takes(without));
  inbound::HubFrame other_text = them_.Writes(us_.id(), 6);
  other_text.checked = "what is sold";
  EXPECT_FALSE(us_.Takes(other_text));
  // A third hub cannot write in their name, nor play what they wrote to it.
  Process third('c', 3, 1000);
  EXPECT_TRUE(us_.Hear(third.Says(1)));
  EXPECT_TRUE(third.Hear(us_.Says(2)));
  inbound::HubFrame forged = third.Writes(us_.id(), 6);
  forged.from = them_.id();
  EXPECT_FALSE(us_.Takes(forged));
  // Nor send back to us what we wrote.
  inbound::HubFrame reflected = us_.Writes(them_.id(), 6);
  std::swap(reflected.from, reflected.to);
  EXPECT_FALSE(us_.Takes(reflected));
  EXPECT_EQ(us_.Counted(Reason::kHubFrameForged), 4U);
}

TEST_F(KnownKeysTest, DoNotTakeAnOldStreamAgain) {
  const inbound::HubFrame old = them_.Writes(us_.id(), 5);
  EXPECT_TRUE(us_.Takes(old));
  EXPECT_TRUE(us_.Takes(old)) << "within a stream the conversation knows it by its seq";
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 6)));
  EXPECT_FALSE(us_.Takes(old));
  // Also when the hub was given up meanwhile.
  us_.Forget(them_.id());
  EXPECT_TRUE(us_.Hear(them_.Says(2)));
  EXPECT_FALSE(us_.Takes(old));
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 7)));
}

// It acknowledges a stream of ours that it has not heard, and would make us start over.
TEST_F(KnownKeysTest, DoNotTakeAnOldAcknowledgementAgain) {
  const inbound::HubFrame old = them_.Writes(us_.id(), 5, 0);
  EXPECT_TRUE(us_.Takes(old));
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5, us_.NextStream())));
  EXPECT_FALSE(us_.Takes(old));
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 6, 0))) << "it has lost its memory";
}

// What it heard before this process began, it acknowledges until it hears this one.
TEST_F(KnownKeysTest, TakeAcknowledgementsForAProcessBeforeThisOne) {
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5, mesh::kMostNumber)));
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5, us_.NextStream())));
}

TEST_F(KnownKeysTest, StayWithAHubThatLives) {
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5)));
  Process other('b', 9, 5000);
  EXPECT_FALSE(us_.Hear(other.Says(1)));
  EXPECT_TRUE(us_.AskedSomething(them_.id()));
  us_.Wait(2s);
  EXPECT_EQ(us_.TakeExpired(), nullptr);
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5)));
  EXPECT_EQ(us_.Counted(Reason::kHubKeyRefused), 1U);
  us_.Wait(10s);
  EXPECT_EQ(us_.TakeExpired(), nullptr);
}

TEST_F(KnownKeysTest, GiveUpOneThatDoesNotAnswer) {
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5)));
  Process restarted('b', 9, 5000);
  EXPECT_FALSE(us_.Hear(restarted.Says(1)));
  us_.Wait(2s);
  // To say it again gives no more time, and the last word counts.
  EXPECT_FALSE(us_.Hear(restarted.Says(2)));
  us_.Wait(1s);
  const SharedNode node = us_.TakeExpired();
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->seq, 2U);
  EXPECT_TRUE(us_.Learn(node));
  EXPECT_FALSE(us_.Takes(them_.Writes(us_.id(), 6))) << "the process before it is over";
  EXPECT_TRUE(restarted.Hear(us_.Says(2)));
  EXPECT_TRUE(us_.Takes(restarted.Writes(us_.id(), 1)));
}

TEST_F(KnownKeysTest, BelieveALaterProcessAtOnceWhereNoRouteLeadsToTheOneBefore) {
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5)));
  us_.keys.OnRouteLost(them_.id());
  Process earlier('b', 8, 500);
  EXPECT_FALSE(us_.Hear(earlier.Says(1))) << "somebody plays it again";
  Process restarted('b', 9, 5000);
  EXPECT_TRUE(us_.Hear(restarted.Says(1)));
}

TEST_F(KnownKeysTest, LetNoUnsignedWordTakeThePlaceOfASignedOne) {
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5)));
  EXPECT_FALSE(us_.Hear(them_.SaysUnsigned(mesh::kMostNumber)));
  EXPECT_TRUE(us_.Takes(them_.Writes(us_.id(), 5)));
  us_.Wait(10s);
  EXPECT_EQ(us_.TakeExpired(), nullptr);
  EXPECT_NE(us_.Known(them_.id())->seal, nullptr);
}

TEST_F(KnownKeysTest, LetASignedWordTakeThePlaceOfAnUnsignedOne) {
  Process old('c', 3, 1000);
  EXPECT_TRUE(us_.Hear(old.SaysUnsigned(700)));
  EXPECT_TRUE(us_.Takes(old.Writes(us_.id(), 5))) << "hubs of the version before have no MAC";
  EXPECT_TRUE(us_.Hear(old.Says(1)));
}

TEST(KnownKeysOfAStrictHub, RefuseWhoSignsNothing) {
  Process us('a', 1, 1000, HubUnsigned::kRefuse);
  Process them('b', 2, 1000);
  EXPECT_FALSE(us.Hear(them.SaysUnsigned(1)));
  EXPECT_FALSE(us.Takes(them.Writes(us.id(), 5)));
  EXPECT_EQ(us.Counted(Reason::kHubUnsigned), 2U);
  EXPECT_TRUE(us.Hear(them.Says(1)));
}

TEST_F(KnownKeysTest, OfATrustListAreTheOnlyOnes) {
  us_.Trust({{them_.id(), KeyringOf(2)->signing_key()}});
  EXPECT_TRUE(us_.keys.IsTrusted(*us_.Known(them_.id())));
  EXPECT_TRUE(us_.Hear(them_.Says(2)));
  Process third('c', 3, 1000);
  EXPECT_FALSE(us_.Hear(third.Says(1)));
  EXPECT_FALSE(us_.Hear(third.SaysUnsigned(1)));
  // The id is free, and still nobody else gets it.
  us_.Forget(them_.id());
  Process other('b', 9, 5000);
  EXPECT_FALSE(us_.Hear(other.Says(1)));
  EXPECT_EQ(us_.Counted(Reason::kHubKeyRefused), 2U);
  EXPECT_EQ(us_.Counted(Reason::kHubUnsigned), 1U);
  us_.Trust({});
  EXPECT_FALSE(us_.keys.IsTrusted(*them_.Says(3)));
}

}  // namespace
}  // namespace pigeonhub
