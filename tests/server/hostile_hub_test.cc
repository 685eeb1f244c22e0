// SPDX-License-Identifier: Apache-2.0
//
// A hub that was let in, with the key of the mesh, is hostile. It speaks the real protocol over
// real sockets and has every key but those of others. Whatever it tries, peers of the honest hubs
// keep each other, and what it tried is counted.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/auth/hub_keys.h"
#include "server/auth/hub_token.h"
#include "server/auth/trusted_hubs.h"
#include "server/internals/hub_internals.h"
#include "tests/server/hub_server_fixture.h"
#include "tests/server/wire_hub.h"
#include "tests/support/eventually.h"
#include "tests/support/fixed_keyring.h"

namespace pigeonhub {
namespace {

const std::string kKeys = "a key that only the hubs of a mesh know";
const PeerId kVictim = Id(std::string(40, '1'));
const PeerId kHonest = Id(std::string(40, '2'));
const PeerId kHostile = Id(std::string(40, 'e'));
const PeerId kInvented = Id(std::string(40, 'f'));
const std::string kNear(40, '8');  // a peer of the victim
const std::string kFar(40, '9');   // one of the honest hub
const PeerId kPhantom = Id(std::string(40, '0'));
const auto kRoom = std::make_shared<const std::string>("room");

std::unique_ptr<HubServer> MakeHub(const PeerId& id, const HubServer* dials = nullptr) {
  HubServerOptions options = AnyPort();
  options.is_hub = true;
  options.hub_peer_id = id;
  options.hub_keys = kKeys;
  options.auto_connect = dials != nullptr;
  if (dials != nullptr) {
    options.bootstrap_hubs = {"ws://127.0.0.1:" + std::to_string(dials->Addresses().front().port)};
  }
  auto hub = std::make_unique<HubServer>(options);
  EXPECT_TRUE(hub->Start().ok());
  return hub;
}

uint16_t PortOf(const HubServer& hub) { return hub.Addresses().front().port; }

// A peer of the room that answers pings.
class RoomPeer {
 public:
  RoomPeer(const HubServer& hub, const std::string& id) : socket_(Connected(hub, id)) {
    Announce(socket_, *kRoom, "{}");
  }
  // What it was told since the last call; empty at the end of its connection.
  std::vector<std::string> Take() {
    std::vector<std::string> texts;
    socket_.SendText(R"({"type":"ping"})");
    while (const auto frame = socket_.ReadFrame()) {
      if (frame->opcode == net::kCloseFrame) break;
      if (frame->opcode == net::kPing) {
        ++pings_;
        socket_.Send(net::ClientFrame(net::kPong, frame->payload));
      }
      texts.push_back(frame->payload);
      all_.push_back(frame->payload);
      if (frame->payload.find(R"("type":"pong")") != std::string::npos) return texts;
    }
    return {};
  }
  bool IsThere() { return !Take().empty(); }
  // Whether it is told something with this part.
  bool Hears(std::string_view part) {
    return Eventually([&] { return !TextsWith(Take(), part).empty(); });
  }
  void Offer(const std::string& target, const std::string& sdp) {
    socket_.SendText(R"({"type":"offer","networkName":"room","targetPeerId":")" + target +
                     R"(","data":{"sdp":")" + sdp + R"("}})");
  }
  void Goodbye() { socket_.SendText(R"({"type":"goodbye"})"); }
  size_t pings() const { return pings_; }
  // All that it was told since it forgot.
  const std::vector<std::string>& all() const { return all_; }
  void Forget() { all_.clear(); }

 private:
  RawClient socket_;
  std::vector<std::string> all_;
  size_t pings_ = 0;
};

// The victim, an honest hub that is linked to it, and a hostile one that has a link, too.
class HostileHub : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(near_.Hears(kFar));
    hostile_.Say(outbound::HubNews{{hostile_.Node({kVictim}, 1, kHostile)}});
    ASSERT_TRUE(Eventually([&] {
      return hostile_.Settle() && hostile_.NewsOf(kHonest) != nullptr &&
             hostile_.NewsOf(kVictim) != nullptr;
    }));
    near_.Take();
    near_.Forget();
  }
  // Whatever was tried, everything is as before.
  void TearDown() override {
    near_.Offer(kFar, "how are you");
    EXPECT_TRUE(far_.Hears("how are you"));
    far_.Offer(kNear, "as before");
    EXPECT_TRUE(near_.Hears("as before"));
    for (const char* type : {"peer-disconnected", "goodbye", "peer-discovered"}) {
      EXPECT_TRUE(TextsWith(near_.all(), type).empty()) << type;
    }
  }

  uint64_t Count(Reason reason) const {
    return HubInternals(*victim_).counters().of(reason).value();
  }
  bool IsCounted(Reason reason, uint64_t before = 0) const {
    return Eventually([&] { return Count(reason) > before; });
  }
  // The honest hub's word about itself, changed.
  HubNode Altered(const std::function<void(HubNode&)>& change) {
    HubNode node = *hostile_.NewsOf(kHonest);
    node.raw.clear();  // else that is said
    node.seq += 1;
    change(node);
    return node;
  }
  void Tell(SharedNode node) {
    hostile_.Say(outbound::HubNews{{std::move(node)}});
    EXPECT_TRUE(hostile_.Settle());
  }

  std::unique_ptr<HubServer> victim_ = MakeHub(kVictim);
  std::unique_ptr<HubServer> honest_ = MakeHub(kHonest, victim_.get());
  RoomPeer near_{*victim_, kNear};
  RoomPeer far_{*honest_, kFar};
  WireHub hostile_{PortOf(*victim_), kKeys, kHostile, KeyringOf(66)};
};

TEST_F(HostileHub, DoesNotAlterWhatAnotherHubSays) {
  const auto cut_off = [](HubNode& node) { node.neighbors = {{kHostile, true}}; };
  Tell(std::make_shared<const HubNode>(Altered(cut_off)));
  EXPECT_EQ(Count(Reason::kHubSignatureWrong), 1u);
  EXPECT_EQ(victim_->Topology().edges.size(), 2u);
}

TEST_F(HostileHub, CutsNobodyOutWithAWordWithoutASeal) {
  Tell(std::make_shared<const HubNode>(Altered([](HubNode& node) {
    node.neighbors.clear();
    node.seq = mesh::kMostNumber;
    node.seal = nullptr;
  })));
  EXPECT_TRUE(IsCounted(Reason::kHubKeyRefused)) << "the honest hub was asked, and is there";
}

TEST_F(HostileHub, CutsNobodyOutWithItsOwnKey) {
  HubNode node = Altered([](HubNode& word) { word.neighbors.clear(); });
  Tell(hostile_.Signed(std::move(node), mesh::kMostNumber));
  EXPECT_TRUE(IsCounted(Reason::kHubKeyRefused)) << "the honest hub was asked, and is there";
}

TEST_F(HostileHub, SpeaksInNoOtherName) {
  const mesh::Leave gone{Id(kFar), kRoom, "gone", true, {}};
  outbound::HubFrame frame = hostile_.Frame(kHonest, kVictim, 1, {gone});
  hostile_.Say(frame);  // with a MAC of its own
  frame.mac_key.reset();
  hostile_.Say(frame);  // with none
  frame.mac_key.emplace();
  hostile_.Say(frame);  // with that of a guess
  EXPECT_TRUE(hostile_.Settle());
  EXPECT_EQ(Count(Reason::kHubFrameForged), 3u);
}

TEST_F(HostileHub, EndsNoConnectionThatAnswersWhateverItClaims) {
  const PeerId near = Id(kNear);
  uint64_t seq = 0;
  // Many times what a link may hold.
  for (int i = 0; i < 300; ++i) {
    hostile_.Say(hostile_.Frame(
        kHostile, kVictim, ++seq,
        {mesh::WantAll{true}, mesh::Join{near, kRoom, mesh::kMostNumber, true, false, nullptr},
         mesh::Claim{near}, mesh::Yields{near, mesh::kMostNumber}, mesh::Holds{near},
         mesh::Leave{near, kRoom, "gone", true, {}},
         mesh::Leave{Id(kFar), kRoom, "gone", true, {}}}));
    near_.IsThere();
  }
  EXPECT_TRUE(hostile_.Settle());
  EXPECT_TRUE(near_.IsThere());
  EXPECT_GE(near_.pings(), 1u) << "else the frames were not heard at all";
  EXPECT_LE(near_.pings(), 3u) << "asked as often as silence takes to be noticed";
  EXPECT_GT(Count(Reason::kRemoteClaimsLocal) + Count(Reason::kRemoteUnknown), 0u);
  EXPECT_EQ(victim_->GetPeer(near)->peer, near);
}

TEST_F(HostileHub, GainsNothingByNumbersThatAreNone) {
  const std::string own = WireHub::TextOf(outbound::HubNews{{hostile_.Node({}, 7, kHostile)}});
  const std::string frame =
      WireHub::TextOf(hostile_.Frame(kHostile, kVictim, 7, {mesh::Yields{Id(kFar), 7}}));
  size_t tried = 0;
  for (const std::string number : {"9223372036854775808", "9007199254740992", "-1", "1e300"}) {
    for (std::string text : {own, frame}) {
      const size_t at = text.find(R"("seq":7)");
      ASSERT_NE(at, std::string::npos) << text;
      hostile_.SayText(text.replace(at + 6, 1, number));
      ++tried;
    }
  }
  EXPECT_TRUE(hostile_.Settle());
  EXPECT_EQ(Count(Reason::kInvalidMessage), tried);
}

TEST_F(HostileHub, KeepsNobodyBusyWithNews) {
  const HubNode forged = Altered([](HubNode& node) { node.neighbors.clear(); });
  const auto wrong = std::make_shared<const HubNode>(forged);
  for (int i = 0; i < 200; ++i) hostile_.Say(outbound::HubNews{{wrong}});
  // Its links change without end.
  for (uint64_t i = 0; i < 600; ++i) {
    std::vector<PeerId> links = {kVictim};
    if (i % 2 == 0) links.push_back(kInvented);
    hostile_.Say(outbound::HubNews{{hostile_.Node(links, 2 + i, kHostile)}});
  }
  EXPECT_TRUE(hostile_.Settle());
  EXPECT_GT(Count(Reason::kHubNewsRate), 100u);
}

TEST_F(HostileHub, IsNotHeardThroughOthersOnceItIsInQuarantine) {
  const mesh::Join phantom{kPhantom, kRoom, 1, true, false, nullptr};
  hostile_.Say(hostile_.Frame(kHostile, kVictim, 1, {phantom}));
  ASSERT_TRUE(near_.Hears(kPhantom.text())) << "who was let in can say that a peer is there";
  ASSERT_TRUE(victim_->QuarantineHub(kHostile).ok());
  ASSERT_TRUE(near_.Hears("peer-disconnected"));
  near_.Forget();
  EXPECT_FALSE(hostile_.Settle()) << "its connection is closed";
  const uint64_t before = Count(Reason::kHubQuarantined);
  WireHub again(PortOf(*victim_), kKeys, kHostile, KeyringOf(66));
  EXPECT_TRUE(IsCounted(Reason::kHubQuarantined, before));

  WireHub elsewhere(PortOf(*honest_), kKeys, kHostile, KeyringOf(66));
  elsewhere.Say(outbound::HubNews{{elsewhere.Node({kHonest, kInvented}, 1000, kHostile),
                                   elsewhere.Node({kHostile}, 1, kInvented)}});
  ASSERT_TRUE(
      Eventually([&] { return elsewhere.Settle() && elsewhere.NewsOf(kVictim) != nullptr; }));
  const uint64_t refused = Count(Reason::kHubQuarantined);
  elsewhere.Say(elsewhere.Frame(kHostile, kVictim, 1, {phantom}));
  EXPECT_TRUE(IsCounted(Reason::kHubQuarantined, refused));
}

// The honest hubs have no other link than the hostile hub in the middle.
class HostileHubBetween : public testing::Test {
 protected:
  // What hubs say to each other goes on, and is kept.
  void PassOn() {
    for (const auto& [from, to] :
         {std::pair{&to_victim_, &to_honest_}, {&to_honest_, &to_victim_}}) {
      ASSERT_TRUE(from->Settle());
      for (const std::string& text : from->TakeTexts()) {
        if (text.find(R"("type":"hub-)") == std::string::npos) continue;
        if (text.find(R"("targetPeerId":")" + std::string(kHostile.text())) != std::string::npos) {
          continue;  // that is for the one in the middle
        }
        to->SayText(text);
        said_[to].push_back(text);
      }
    }
  }
  bool Passes(const std::function<bool()>& condition) {
    return Eventually([&] {
      PassOn();
      return condition();
    });
  }
  void PlayAgain() {
    for (const auto& [to, texts] : said_) {
      for (const std::string& text : texts) to->SayText(text);
      EXPECT_TRUE(to->Settle());
      to->TakeTexts();
    }
  }
  bool Hears(RoomPeer& peer, std::string_view part) {
    return Passes([&] { return !TextsWith(peer.Take(), part).empty(); });
  }

  std::unique_ptr<HubServer> victim_ = MakeHub(kVictim);
  std::unique_ptr<HubServer> honest_ = MakeHub(kHonest);
  RoomPeer near_{*victim_, kNear};
  RoomPeer far_{*honest_, kFar};
  WireHub to_victim_{PortOf(*victim_), kKeys, kHostile, KeyringOf(66)};
  WireHub to_honest_{PortOf(*honest_), kKeys, kHostile, KeyringOf(66)};
  std::map<WireHub*, std::vector<std::string>> said_;
};

TEST_F(HostileHubBetween, CanPlayNothingAgain) {
  const SharedNode own = to_victim_.Node({kVictim, kHonest}, 1, kHostile);
  to_victim_.Say(outbound::HubNews{{own}});
  to_honest_.Say(outbound::HubNews{{own}});
  ASSERT_TRUE(Hears(near_, kFar));
  far_.Offer(kNear, "only once");
  ASSERT_TRUE(Hears(near_, "only once"));
  EXPECT_FALSE(said_[&to_victim_].empty());
  PlayAgain();
  EXPECT_TRUE(TextsWith(near_.Take(), "only once").empty());

  far_.Goodbye();
  ASSERT_TRUE(Hears(near_, "peer-disconnected"));
  PlayAgain();
  PassOn();
  PlayAgain();
  const std::vector<std::string> heard = near_.Take();
  EXPECT_TRUE(TextsWith(heard, kFar).empty()) << "the peer that left is not there again";
  EXPECT_TRUE(TextsWith(heard, "only once").empty());
}

// ---- With a list of trusted hubs

// What the hub answers to a token for the victim's id that names the key of this process.
int AnswerTo(uint16_t port, uint8_t process) {
  auth::HubKeys keys;
  if (!keys.Set(kKeys).ok()) return 0;
  const UnixMillis now = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
  const std::string token = keys.Make({.hub = kVictim,
                                       .network = "pigeonhub-mesh",
                                       .key = KeyringOf(process)->signing_key(),
                                       .addressee = auth::AddresseeAt("127.0.0.1", port)},
                                      now);
  return RawClient(port).Upgrade("/?peerId=" + std::string(kVictim.text()) + "&hubToken=" + token);
}

TEST(HostileHubUnderATrustList, DoesNotEvenGetTheIdOfAnotherHub) {
  HubServerOptions options = AnyPort();
  options.is_hub = true;
  options.hub_keys = kKeys;
  options.auto_connect = false;
  options.hub_trust =
      std::string(kVictim.text()) + " " + auth::TextOf(KeyringOf(2)->signing_key()) + "\n";
  HubServer hub(options);
  ASSERT_TRUE(hub.Start().ok());
  EXPECT_EQ(AnswerTo(PortOf(hub), 66), 403);
  EXPECT_TRUE(Eventually(
      [&] { return HubInternals(hub).counters().of(Reason::kHubKeyRefused).value() == 1u; }));
  EXPECT_EQ(AnswerTo(PortOf(hub), 2), 101);
}

}  // namespace
}  // namespace pigeonhub
