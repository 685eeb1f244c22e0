// SPDX-License-Identifier: Apache-2.0
//
// A small world at random, against a model that is too simple to be wrong. Whatever happens, each
// peer knows exactly the members of its namespace and each linked hub exactly our peers and those
// of the other hubs; signals arrive exactly where the rules say; and when all have left, nothing is
// left of them. A failure names its seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/core/random.h"
#include "tests/core/hub_server.h"
#include "tests/core/membership_model.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr uint32_t kPeers = 12;
constexpr uint32_t kHubs = 2;
constexpr int kSteps = 800;
const std::string kNetworks[] = {"red", "green", "blue"};

// What kind of world it is.
struct Kind {
  bool is_hub = false;
  bool is_large = false;  // newcomers meet only a few
};

HubOptions WorldOptions(Kind kind) {
  HubOptions options;
  options.is_hub = kind.is_hub;
  if (kind.is_large) {
    options.full_introductions = 3;
    options.discovery_limit = 2;
  }
  // Not what is under test.
  options.announce_timeout = std::chrono::hours(1000);
  options.limits.hub_entry = options.limits.announce_data;
  return options;
}

class World {
 public:
  World(uint64_t seed, Kind kind)
      : kind_(kind), random_(seed), hub_(WorldOptions(kind), seed), model_(kind.is_hub, kMesh) {
    hub_.set_pull_lists(false);
    // Some words are so long that a list of a few members comes in pieces.
    for (size_t size : {1, 2, 3, 16'000, 16'001, 16'002}) {
      words_.push_back(std::make_shared<const std::string>(size, '1'));
    }
  }

  void Step() {
    const uint64_t dice = random_.Below(100);
    if (dice < 12) {
      Open();
    } else if (live_.empty()) {
      return;
    } else if (dice < 40) {
      Announce(Any());
    } else if (dice < 48) {
      Drop(Any());
    } else if (dice < 52) {
      Goodbye(Any());
    } else if (dice < 64) {
      Signal(Any());
    } else if (dice < 76) {
      Report(Any());
    } else if (dice < 82) {
      Withdraw(Any());
    } else if (dice < 92) {
      PullOne();
    } else {
      Advance(std::chrono::milliseconds(random_.Below(4000)));
    }
    AfterInput();
  }

  // Pulls all lists: then there are no excuses.
  void Settle() {
    for (auto& [connection, held] : live_) {
      while (held.peer.list_pending()) {
        held.peer.WantMore();
        AfterInput();
      }
    }
  }

  void EveryoneLeaves() {
    while (!live_.empty()) {
      Drop(live_.begin()->second);
      AfterInput();
    }
    Advance(60s);
    AfterInput();
    const HubStats stats = hub_.hub().Stats();
    EXPECT_EQ(stats.connections + stats.networks + stats.hubs + stats.remote_peers, 0u);
    EXPECT_TRUE(hub_.hub().ListNamespaces("", "", 10).empty());
    EXPECT_EQ(hub_.hub().NextDeadline(), std::nullopt);
  }

  // Every effect so far, as one number.
  uint64_t digest() const { return digest_; }

 private:
  struct Held {
    FakePeer peer;
    std::map<PeerId, int> known;
    std::map<PeerId, std::pair<std::string, int>> told;  // as a link
    std::string network;                                 // that `known` is of
  };

  Held& Any() {
    return std::next(live_.begin(), static_cast<long>(random_.Below(live_.size())))->second;
  }
  PeerId AnyId() {
    const auto i = static_cast<uint32_t>(random_.Below(kPeers + kHubs));
    return NumberedId(i < kPeers ? i : 100 + i - kPeers);
  }
  // Mostly a peer's, as hubs are few.
  std::string AnyNetwork() { return kNetworks[random_.Below(3)]; }
  // Words are numbered, so that the model need not repeat them.
  int AnyWords() { return static_cast<int>(random_.Below(words_.size())); }
  Profile Saying(int words) const { return {words_[static_cast<size_t>(words)], false}; }
  int NumberOf(const SharedText& words) const {
    return static_cast<int>(std::find(words_.begin(), words_.end(), words) - words_.begin());
  }
  bool CanSpeak(const Held& held) const { return model_.IsBound(held.peer.connection()); }

  void Open() {
    const PeerId id = AnyId();
    FakePeer peer = hub_.Open(id);
    model_.Open(peer.connection(), id);
    live_.insert({peer.connection(), Held{peer, {}, {}, ""}});
  }

  void Announce(Held& held) {
    if (!CanSpeak(held)) return;
    const bool is_hub_id = held.peer.id() >= NumberedId(100) && held.peer.id() < NumberedId(200);
    const std::string network = is_hub_id && random_.Below(8) > 0 ? kMesh : AnyNetwork();
    const int words = AnyWords();
    if (held.network != network) held.known.clear();
    if (network != kMesh) held.told.clear();
    held.network = network;
    model_.Announce(held.peer.connection(), network, words);
    held.peer.Send(inbound::Announce{network, Saying(words)});
  }

  void Drop(Held& held) {
    const ConnectionId connection = held.peer.connection();
    model_.Gone(connection);
    held.peer.Drop();
    dropped_ = connection;
  }

  void Goodbye(Held& held) {
    if (!CanSpeak(held)) return;
    model_.Goodbye(held.peer.connection());
    held.peer.Goodbye();
  }

  void Signal(Held& held) {
    if (!CanSpeak(held)) return;
    const PeerId target = AnyId();
    const PeerId from = random_.Below(2) == 0 ? held.peer.id() : AnyId();
    const std::string network = random_.Below(4) == 0 ? AnyNetwork() : held.network;
    if (network.empty()) return;
    model_.Signal(held.peer.connection(), from, target, network);
    held.peer.RelayOffer(from, target, network);
  }

  void Report(Held& held) {
    if (!CanSpeak(held)) return;
    const PeerId peer = NumberedId(static_cast<uint32_t>(random_.Below(kPeers)));
    const std::string network = random_.Below(10) == 0 ? kMesh : AnyNetwork();
    const int words = AnyWords();
    model_.Report(held.peer.connection(), peer, network, words);
    held.peer.Send(inbound::PeerReport{network, peer.text(), Saying(words)});
  }

  void Withdraw(Held& held) {
    if (!CanSpeak(held) || !model_.IsLink(held.peer.connection())) return;
    const PeerId peer = NumberedId(static_cast<uint32_t>(random_.Below(kPeers)));
    const std::string network = AnyNetwork();
    const bool goodbye = random_.Below(3) == 0;
    model_.Withdraw(held.peer.connection(), peer, network, goodbye);
    if (goodbye) {
      held.peer.RelayGoodbye(peer, network);
    } else {
      held.peer.Withdraw(peer, network);
    }
  }

  void PullOne() {
    for (auto& [connection, held] : live_) {
      if (held.peer.list_pending()) return held.peer.WantMore();
    }
  }

  void Advance(Duration by) {
    model_.Advance(by);
    hub_.Advance(by);
  }

  void AfterInput() {
    for (const Effect& effect : hub_.last_effects()) Digest(effect);
    std::multiset<MembershipModel::Delivery> delivered;
    std::set<ConnectionId> closed;
    for (auto& [connection, held] : live_) {
      HubFixture::Inbox& inbox = hub_.inbox(connection);
      for (const outbound::Message& message : inbox.messages) Hear(held, message, delivered);
      inbox.messages.clear();
      if (inbox.closed.has_value()) closed.insert(connection);
    }
    EXPECT_EQ(delivered, model_.TakeDeliveries());
    EXPECT_EQ(closed, model_.TakeCloses());
    for (ConnectionId connection : closed) {
      live_.at(connection).peer.Drop();  // its end arrives a little later, and says nothing new
      EXPECT_TRUE(hub_.last_effects().empty());
      live_.erase(connection);
    }
    if (dropped_.has_value()) live_.erase(*std::exchange(dropped_, {}));
    Compare();
  }

  void Hear(Held& held, const outbound::Message& message,
            std::multiset<MembershipModel::Delivery>& delivered) {
    const ConnectionId self = held.peer.connection();
    if (const auto* m = std::get_if<outbound::Discovered>(&message)) {
      EXPECT_NE(m->peer, held.peer.id());
      if (m->addressed) {
        EXPECT_EQ(*m->network, held.network);
        held.known[m->peer] = NumberOf(m->members);
      } else {
        held.told[m->peer] = {*m->network, NumberOf(m->members)};
      }
    } else if (const auto* m = std::get_if<outbound::Disconnected>(&message)) {
      if (m->addressed) {
        EXPECT_EQ(*m->network, held.network);
        EXPECT_EQ(held.known.erase(m->peer), 1u) << "a leave of somebody it never heard of";
      } else {
        EXPECT_EQ(held.told.at(m->peer).first, *m->network);
        held.told.erase(m->peer);
      }
    } else if (const auto* m = std::get_if<outbound::Goodbye>(&message)) {
      EXPECT_EQ(*m->network, held.network);
      EXPECT_TRUE(held.known.contains(m->from));
    } else if (const auto* m = std::get_if<outbound::Signal>(&message)) {
      delivered.emplace(self, m->from, m->target);
    }
  }

  void Compare() {
    for (const auto& [connection, held] : live_) {
      const std::map<PeerId, int> known = model_.KnownTo(connection);
      const auto told = model_.ToldTo(connection);
      if (!held.peer.list_pending()) {
        EXPECT_EQ(held.told, told) << ToText(held.peer.id());
        if (!kind_.is_large) {
          EXPECT_EQ(held.known, known) << ToText(held.peer.id());
          continue;
        }
      }
      for (const auto& [id, words] : held.known) {
        ASSERT_TRUE(known.contains(id)) << ToText(id);
        EXPECT_EQ(known.at(id), words);
      }
      for (const auto& [id, word] : held.told) {
        ASSERT_TRUE(told.contains(id)) << ToText(id);
        EXPECT_EQ(told.at(id), word);
      }
    }
    CompareAcquaintances();
    const HubStats stats = hub_.hub().Stats();
    EXPECT_EQ(stats.connections, model_.connections());
    EXPECT_EQ(stats.remote_peers, model_.remote_peers());
    EXPECT_EQ(stats.networks, model_.networks());
  }

  // Where not everybody meets everybody: of two members that are connected here each knows the
  // other one, or neither does.
  void CompareAcquaintances() {
    const auto waits = [](const auto& entry) { return entry.second.peer.list_pending(); };
    if (!kind_.is_large || std::any_of(live_.begin(), live_.end(), waits)) return;
    for (const auto& [connection, held] : live_) {
      if (!CanSpeak(held)) continue;
      for (const auto& [other_connection, other] : live_) {
        if (!CanSpeak(other) || other.network != held.network) continue;
        EXPECT_EQ(held.known.contains(other.peer.id()), other.known.contains(held.peer.id()))
            << ToText(held.peer.id()) << " and " << ToText(other.peer.id());
      }
    }
  }

  void Digest(const Effect& effect) {
    for (char c : ToText(effect).substr(0, 200)) {
      digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
  }

  const Kind kind_;
  Random random_;
  HubFixture hub_;
  MembershipModel model_;
  std::map<ConnectionId, Held> live_;
  std::optional<ConnectionId> dropped_;
  std::vector<SharedText> words_;
  uint64_t digest_ = 0xcbf29ce484222325u;
};

uint64_t Live(uint64_t seed, Kind kind) {
  World world(seed, kind);
  for (int i = 0; i < kSteps && !::testing::Test::HasFailure(); ++i) {
    world.Step();
    if (i % 50 == 49) world.Settle();
  }
  if (!::testing::Test::HasFailure()) world.EveryoneLeaves();
  return world.digest();
}

class SmallWorld : public ::testing::TestWithParam<Kind> {};

INSTANTIATE_TEST_SUITE_P(Each, SmallWorld,
                         ::testing::Values(Kind{}, Kind{.is_hub = true}, Kind{.is_large = true},
                                           Kind{.is_hub = true, .is_large = true}),
                         [](const auto& info) {
                           return std::string(info.param.is_hub ? "Hub" : "Plain") +
                                  (info.param.is_large ? "WhereFewMeet" : "");
                         });

TEST_P(SmallWorld, IsWhatTheModelSays) {
  for (uint64_t seed = 1; seed <= 40 && !HasFailure(); ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    Live(seed, GetParam());
  }
}

TEST_P(SmallWorld, HasTheSameHistoryForTheSameSeed) {
  const uint64_t once = Live(4711, GetParam());
  EXPECT_EQ(once, Live(4711, GetParam()));
  EXPECT_NE(once, Live(4712, GetParam()));
}

}  // namespace
}  // namespace pigeonhub
