// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/node_seal.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/base/digest.h"
#include "tests/support/core_text.h"
#include "tests/support/fixed_keyring.h"

namespace pigeonhub {
namespace {

HubNode NodeWith(const std::function<void(HubNode&, HubDetails&)>& change) {
  HubDetails hub;
  hub.mesh_version = 1;
  hub.host = "localhost";
  hub.port = 3000;
  hub.region = "eu";
  hub.capabilities = {"signaling", "relay"};
  hub.url = "ws://h:3000";
  HubNode node;
  node.id = Id('a');
  node.seq = 7;
  node.peers = 2;
  node.neighbors = {{Id('b'), true}, {Id('c'), false}};
  change(node, hub);
  node.profile = {nullptr, true, std::make_shared<const HubDetails>(hub)};
  return node;
}
HubNode Node() {
  return NodeWith([](HubNode&, HubDetails&) {});
}

HubNode Sealed(Sealer& sealer, uint64_t seq) {
  HubNode node = Node();
  node.seq = seq;
  sealer.Seal(node);
  return node;
}

// What is signed must never change: another version could not check it.
TEST(NodeSeal, SignsAlwaysTheSameBytes) {
  HubSeal seal;
  seal.start = 1795918000123;
  seal.signing_key.fill(1);
  seal.agreement_key.fill(2);
  const std::string text = SealedText(Node(), seal);
  EXPECT_TRUE(text.starts_with("pigeonhub hub-news 1\n" + std::string(40, 'a')));
  EXPECT_EQ(text.size(), 361U);
  EXPECT_EQ(HexOf(DigestOf(text)),
            "0f49ca3454f1dfa48e09c6e6aef3fb2d1b5e8a32872338fe3b81ac8c95ded239");
}

TEST(NodeSeal, HoldsForNoOtherWord) {
  Sealer sealer(KeyringOf(1));
  sealer.Begin(1795918000123);
  HubNode node = Node();
  sealer.Seal(node);
  ASSERT_TRUE(IsSealGood(node, *KeyringOf(2)));
  using Change = std::function<void(HubNode&, HubDetails&)>;
  const std::vector<Change> changes = {
      [](HubNode& n, HubDetails&) { n.id = Id('f'); },
      [](HubNode& n, HubDetails&) { n.seq = mesh::kMostNumber; },
      [](HubNode& n, HubDetails&) { n.transit = false; },
      [](HubNode& n, HubDetails&) { n.peers = 3; },
      [](HubNode& n, HubDetails&) { n.neighbors.clear(); },
      [](HubNode& n, HubDetails&) {
        n.neighbors.push_back({Id('f'), false});
      },
      [](HubNode& n, HubDetails&) { std::swap(n.neighbors[0], n.neighbors[1]); },
      [](HubNode& n, HubDetails&) { n.neighbors[1].vouched = true; },
      [](HubNode& n, HubDetails&) { n.neighbors[0].key = PrefixOf(KeyringOf(3)->signing_key()); },
      [](HubNode&, HubDetails& h) { h.mesh_version = 2; },
      [](HubNode&, HubDetails& h) { h.host = "elsewhere"; },
      [](HubNode&, HubDetails& h) { h.port = 1; },
      [](HubNode&, HubDetails& h) { h.region = "us"; },
      [](HubNode&, HubDetails& h) { h.url = "ws://evil:3000"; },
      [](HubNode&, HubDetails& h) { h.capabilities.pop_back(); },
      // The same letters, cut in another place.
      [](HubNode&, HubDetails& h) { h.capabilities = {"signalingrelay"}; },
      [](HubNode&, HubDetails& h) { h.region = "euws://h:3000", h.url = ""; },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    HubNode changed = NodeWith(changes[i]);
    changed.seal = node.seal;
    EXPECT_FALSE(IsSealGood(changed, *KeyringOf(2))) << i;
  }
  for (const std::function<void(HubSeal&)>& change : std::vector<std::function<void(HubSeal&)>>{
           [](HubSeal& s) { s.start = mesh::kMostNumber; },
           [](HubSeal& s) { s.signing_key = KeyringOf(3)->signing_key(); },
           [](HubSeal& s) { s.agreement_key = KeyringOf(3)->agreement_key(); },
           [](HubSeal& s) { s.signature[63] ^= 1; }}) {
    HubSeal seal = *node.seal;
    change(seal);
    HubNode changed = node;
    changed.seal = std::make_shared<const HubSeal>(seal);
    EXPECT_FALSE(IsSealGood(changed, *KeyringOf(2)));
  }
  node.seal = nullptr;
  EXPECT_FALSE(IsSealGood(node, *KeyringOf(2)));
}

// Somebody may have pushed the seq to its end, where it goes round.
TEST(Sealer, BeginsLaterWhenTheSeqGoesRound) {
  Sealer sealer(KeyringOf(1));
  sealer.Begin(1000);
  EXPECT_EQ(Sealed(sealer, 5).seal->start, 1000U);
  EXPECT_EQ(Sealed(sealer, mesh::kMostNumber).seal->start, 1000U);
  EXPECT_EQ(Sealed(sealer, 1).seal->start, 1001U);
  EXPECT_EQ(Sealed(sealer, 2).seal->start, 1001U);
}

TEST(Sealer, BeginsAfterAProcessBeforeItWhoseClockWasAhead) {
  Sealer before(KeyringOf(1));
  before.Begin(2000);
  Sealer now(KeyringOf(1));
  now.Begin(1000);
  const HubNode heard = Sealed(before, 3);
  ASSERT_TRUE(now.WouldBeOwnAndLater(heard));
  now.BeginAfter(heard.seal->start);
  EXPECT_EQ(Sealed(now, 1).seal->start, 2001U);
  EXPECT_FALSE(now.WouldBeOwnAndLater(heard));
  Sealer other(KeyringOf(2));
  other.Begin(3000);
  EXPECT_FALSE(now.WouldBeOwnAndLater(Sealed(other, 3))) << "that has another key";
}

TEST(Sealer, WithoutAKeyringSealsNothing) {
  Sealer sealer(nullptr);
  sealer.Begin(1000);
  EXPECT_EQ(Sealed(sealer, 1).seal, nullptr);
}

}  // namespace
}  // namespace pigeonhub
