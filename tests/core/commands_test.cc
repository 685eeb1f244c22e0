// SPDX-License-Identifier: Apache-2.0
//
// Commands at random, valid and not, in a world at random. One that is refused has a cause that the
// hub's answers show, and leaves each of these answers as it was; after one that is accepted they
// show what was wanted. A failure names its seed.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/base/websocket_url.h"
#include "server/core/hub.h"
#include "server/core/overloaded.h"
#include "server/core/peers/whereabouts.h"
#include "server/core/random.h"
#include "server/core/turn.h"
#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

bool IsHub(const Hub& hub, const PeerId& peer) {
  const std::optional<PeerRecord> found = hub.FindPeer(peer);
  return found.has_value() && found->is_hub;
}

constexpr int kSeeds = 40;
constexpr int kSteps = 250;

HubOptions SmallHub() {
  HubOptions options = HubServer(Id('9'));
  options.limits.hubs_named = 3;
  options.limits.hub_entry = 64;
  options.limits.namespace_name = 16;
  return options;
}

bool Names(const std::vector<HubRecord>& hubs, const PeerId& id) {
  return std::any_of(hubs.begin(), hubs.end(),
                     [&](const HubRecord& hub) { return hub.peer == id; });
}

bool IsQuarantined(const Hub& hub, const PeerId& id) {
  const std::vector<QuarantinedHub> all = hub.QuarantinedHubs();
  return std::any_of(all.begin(), all.end(),
                     [&](const QuarantinedHub& one) { return one.hub == id; });
}

std::optional<LinkRecord> LinkTo(const Hub& hub, const std::string& url) {
  for (const LinkRecord& link : hub.Links()) {
    if (link.outgoing && NormalUrl(link.url) == NormalUrl(url)) return link;
  }
  return std::nullopt;
}

bool IsAddress(const std::string& url) { return WebSocketUrl::Parse(url).ok(); }

// Every answer of the hub to a question, as text.
std::string Answers(const Hub& hub) {
  std::string all;
  const auto add = [&](const auto&... words) {
    ((all += words, all += ' '), ...);
    all += '\n';
  };
  const auto number = [](auto value) { return std::to_string(static_cast<int64_t>(value)); };
  const HubStats stats = hub.Stats();
  add("stats", number(stats.serving), stats.hub_mesh_namespace, number(stats.connections),
      number(stats.peers), number(stats.hubs), number(stats.networks), number(stats.remote_peers));
  add("next", number(hub.journal().next_event()),
      number(hub.NextDeadline().value_or(SteadyTime()).time_since_epoch().count()));
  for (const HubRecord& one : hub.ConnectedHubs()) add("hub", one.peer.text(), number(one.order));
  for (const HubRecord& one : hub.whereabouts().HubsHeardOf()) add("heard of", one.peer.text());
  for (const HubRecord& one : hub.HubsExpected()) {
    add("expected", one.peer.text(), one.profile.members == nullptr ? "" : *one.profile.members);
  }
  for (const QuarantinedHub& one : hub.QuarantinedHubs()) {
    add("in quarantine", one.hub.text(), number(one.since), number(one.refused));
  }
  for (const LinkRecord& one : hub.Links()) {
    add("link", one.url, one.hub.has_value() ? one.hub->text() : "", number(one.bootstrap),
        number(one.state), number(one.since), number(one.attempt), number(one.next_attempt));
  }
  for (const TopologyRecord::Hub& one : hub.Topology().hubs) add("map", one.id.text());
  for (const PeerRecord& one : hub.ListPeers({}, 0, 1000).peers) {
    add("peer", one.peer.text(), number(one.order), number(one.is_hub));
  }
  for (const NamespaceRecord& one : hub.ListNamespaces("", "", 1000)) add("room", one.name);
  return all;
}

// Whether the hub shows what a command wanted that it accepted.
bool ShowsWhatWasWanted(const Hub& hub, const Command& command, std::optional<PeerRecord> before) {
  const HubStats stats = hub.Stats();
  return std::visit(
      Overloaded{
          [&](const StartSignaling&) { return stats.serving == Serving::kServing; },
          [&](const StopSignaling&) {
            return stats.serving == Serving::kStopped && stats.connections == 0;
          },
          [&](const Drain& one) {
            return stats.serving == Serving::kDraining &&
                   (one.over > Duration() || stats.connections == 0);
          },
          [&](const Undrain&) { return stats.serving == Serving::kServing; },
          [&](const RegisterHub& one) {
            return IsHub(hub, one.peer) || Names(hub.HubsExpected(), one.peer);
          },
          [&](const UnregisterHub& one) {
            return !IsHub(hub, one.peer) && !Names(hub.HubsExpected(), one.peer);
          },
          [&](const QuarantineHub& one) {
            return IsQuarantined(hub, one.hub) && !IsHub(hub, one.hub);
          },
          [&](const ReleaseHub& one) { return !IsQuarantined(hub, one.hub); },
          // Somebody may have waited for the id.
          [&](const DisconnectPeer& one) {
            const std::optional<PeerRecord> now = hub.FindPeer(one.peer);
            return !now.has_value() || now->order != before->order;
          },
          // tokens_test shows what it does.
          [](const DisconnectPeers&) { return true; },
          [&](const ConnectHub& one) { return LinkTo(hub, one.url).has_value(); },
          [&](const ConnectBootstrapHubs&) { return stats.serving != Serving::kStopped; },
          [&](const DisconnectBootstrapHubs&) {
            const std::vector<LinkRecord> links = hub.Links();
            return std::all_of(links.begin(), links.end(), [](const LinkRecord& link) {
              return !link.bootstrap || link.state == LinkRecord::State::kStopped;
            });
          },
          [&](const DisconnectLink& one) {
            const std::vector<LinkRecord> links = hub.Links();
            return std::none_of(links.begin(), links.end(),
                                [&](const LinkRecord& link) { return link.hub == one.hub; });
          },
          [&](const DisconnectUrl& one) {
            const std::optional<LinkRecord> link = LinkTo(hub, one.url);
            return !link.has_value() ||
                   (link->bootstrap && link->state == LinkRecord::State::kStopped);
          },
          [&](const SetBootstrapHubs& one) {
            return stats.serving == Serving::kStopped ||
                   std::all_of(one.urls.begin(), one.urls.end(), [&](const std::string& url) {
                     const std::optional<LinkRecord> link = LinkTo(hub, url);
                     return link.has_value() && link->bootstrap;
                   });
          },
          [&](const SetHubMeshNamespace& one) { return stats.hub_mesh_namespace == one.name; },
          // known_keys_test shows what it does.
          [](const TrustHubs&) { return true; },
          // policies_test and policy_eviction_test show what these do.
          [](const SetNamespacePolicy&) { return true; },
          [](const UnsetNamespacePolicy&) { return true; },
          [](const ConfigureNamespaces&) { return true; },
          // bans_test shows what these do.
          [](const Ban&) { return true; },
          [](const Unban&) { return true; },
          [&](const SetLimits& one) {
            return hub.Stats().max_connections == one.limits.max_connections;
          },
          [](const RestoreBans&) { return true; },
          // questions_test shows what these do.
          [](const PutQuestion&) { return true; },
          [](const AnswerQuestion&) { return true; },
      },
      command);
}

// Whether the hub shows why a command was refused.
bool ShowsWhyNot(const Hub& hub, const Command& command) {
  const HubStats stats = hub.Stats();
  const bool stopped = stats.serving == Serving::kStopped;
  const auto is_itself = [&](const PeerId& id) { return id == stats.hub_peer_id; };
  return std::visit(
      Overloaded{
          [&](const StartSignaling&) { return !stopped; },
          [&](const StopSignaling&) { return stopped; },
          [&](const Drain&) { return stopped; },
          [&](const Undrain&) { return stats.serving != Serving::kDraining; },
          [&](const RegisterHub& one) {
            return is_itself(one.peer) || IsQuarantined(hub, one.peer) ||
                   (one.profile.members != nullptr &&
                    one.profile.members->size() > SmallHub().limits.hub_entry) ||
                   hub.HubsExpected().size() + hub.ConnectedHubs().size() >=
                       SmallHub().limits.hubs_named;
          },
          [&](const UnregisterHub& one) {
            return !IsHub(hub, one.peer) && !Names(hub.HubsExpected(), one.peer);
          },
          [&](const QuarantineHub& one) {
            return is_itself(one.hub) ||
                   (hub.FindPeer(one.hub).has_value() && !IsHub(hub, one.hub)) ||
                   hub.QuarantinedHubs().size() >= SmallHub().limits.hubs_named;
          },
          [&](const ReleaseHub& one) { return !IsQuarantined(hub, one.hub); },
          [&](const DisconnectPeer& one) { return !hub.FindPeer(one.peer).has_value(); },
          [](const DisconnectPeers&) { return false; },
          [&](const ConnectHub& one) {
            return stopped || !IsAddress(one.url) || one.url == "ws://localhost:3000";
          },
          [&](const ConnectBootstrapHubs&) { return stopped; },
          [&](const DisconnectBootstrapHubs&) { return false; },
          [&](const DisconnectLink& one) {
            const std::vector<LinkRecord> links = hub.Links();
            return std::none_of(links.begin(), links.end(),
                                [&](const LinkRecord& link) { return link.hub == one.hub; });
          },
          [&](const DisconnectUrl& one) { return !LinkTo(hub, one.url).has_value(); },
          [&](const SetBootstrapHubs& one) {
            return !std::all_of(one.urls.begin(), one.urls.end(), IsAddress);
          },
          [&](const SetHubMeshNamespace& one) {
            return !stopped || one.name.empty() ||
                   one.name.size() > SmallHub().limits.namespace_name;
          },
          [](const TrustHubs&) { return false; },
          [](const SetNamespacePolicy&) { return false; },
          [](const UnsetNamespacePolicy&) { return false; },
          [](const ConfigureNamespaces&) { return false; },
          [](const Ban&) { return false; },
          [](const Unban&) { return false; },
          [](const SetLimits& one) { return one.limits.max_connections == 0; },
          [](const RestoreBans&) { return false; },
          [](const PutQuestion&) { return false; },
          [](const AnswerQuestion&) { return false; },
      },
      command);
}

class RandomOperator {
 public:
  explicit RandomOperator(uint64_t seed) : random_(seed), hub_(SmallHub(), seed) {}

  void Step() {
    switch (random_.Below(8)) {
      case 0:
        return Connect();
      case 1:
        hub_.Advance(std::chrono::milliseconds(random_.Below(20'000)));
        return;
      default:
        Try(AnyCommand());
    }
  }

  int accepted() const { return accepted_; }
  int refused() const { return refused_; }

 private:
  void Try(const Command& command) {
    SCOPED_TRACE("command " + std::to_string(command.index()));
    const Hub& core = hub_.hub();
    const std::string before = Answers(core);
    const auto* disconnect = std::get_if<DisconnectPeer>(&command);
    const auto peer = disconnect == nullptr ? std::nullopt : core.FindPeer(disconnect->peer);
    // These two may also be asked for again, whatever their limits say.
    const bool may_be_repeated = std::holds_alternative<RegisterHub>(command) ||
                                 std::holds_alternative<QuarantineHub>(command);
    const bool has_cause = ShowsWhyNot(core, command);
    const absl::Status answer = hub_.Handle(command);
    if (answer.ok()) {
      ++accepted_;
      EXPECT_TRUE(ShowsWhatWasWanted(core, command, peer));
      EXPECT_TRUE(!has_cause || may_be_repeated) << "it should have been refused";
    } else {
      ++refused_;
      EXPECT_EQ(Answers(core), before) << answer << ", and yet it did something";
      EXPECT_TRUE(has_cause) << answer;
    }
  }

  void Connect() {
    FakePeer peer = hub_.Open(AnyId());
    if (peer.closed().has_value() || peer.paused() || random_.Below(4) == 0) return;
    peer.Announce(random_.Below(2) == 0 ? kMesh : "room", "", /*is_hub=*/random_.Below(2) == 0);
  }

  PeerId AnyId() { return random_.Below(12) == 0 ? Id('9') : NumberedId(1 + random_.Below(5)); }

  std::string AnyUrl() {
    const std::vector<std::string> urls = {
        "ws://one:1", "ws://localhost:3000", "wss://two", "http://no", "", "ws://"};
    return urls[random_.Below(urls.size())];
  }

  Profile AnyProfile() { return ProfileOf(std::string(random_.Below(2) * 100, '1')); }

  Command AnyCommand() {
    switch (random_.Below(16)) {
      case 0:
        return StartSignaling{"localhost", 3000};
      case 1:
        return StopSignaling{};
      case 2:
        return Drain{std::chrono::seconds(random_.Below(20))};
      case 3:
        return Undrain{};
      case 4:
        return RegisterHub{AnyId(), AnyProfile()};
      case 5:
        return UnregisterHub{AnyId()};
      case 6:
        return QuarantineHub{AnyId()};
      case 7:
        return ReleaseHub{AnyId()};
      case 8:
        return DisconnectPeer{AnyId()};
      case 9:
        return ConnectHub{AnyUrl()};
      case 10:
        return ConnectBootstrapHubs{};
      case 11:
        return DisconnectBootstrapHubs{};
      case 12:
        return DisconnectLink{AnyId()};
      case 13:
        return DisconnectUrl{AnyUrl()};
      case 14:
        return SetBootstrapHubs{{AnyUrl(), AnyUrl()}};
      default:
        return SetHubMeshNamespace{std::string(random_.Below(20), 'm')};
    }
  }

  Random random_;
  HubFixture hub_;
  int accepted_ = 0;
  int refused_ = 0;
};

TEST(Commands, DoWhatTheirAnswerSays) {
  int accepted = 0;
  int refused = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomOperator random_operator(seed);
    for (int step = 0; step < kSteps; ++step) random_operator.Step();
    accepted += random_operator.accepted();
    refused += random_operator.refused();
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(refused, 1000);
}

TEST(Commands, AreRefusedWhenCheckedAsWhenDone) {
  HubFixture hub(SmallHub());
  const Hub& core = hub.hub();
  EXPECT_EQ(core.Check(RegisterHub{Id('1'), ProfileOf(std::string(100, '1'))}).code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(core.Check(StartSignaling{}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(core.Check(DisconnectPeer{Id('a')}).code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(core.Check(StopSignaling{}).ok());
  EXPECT_EQ(core.Stats().serving, Serving::kServing) << "a check changes nothing";
}

}  // namespace
}  // namespace pigeonhub
