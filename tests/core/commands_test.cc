// SPDX-License-Identifier: Apache-2.0
//
// What a check answers is what the command is then answered, in any state. Commands at random,
// valid and not, in a world at random; a failure names its seed.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/core/hub.h"
#include "server/core/random.h"
#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

constexpr int kSeeds = 40;
constexpr int kSteps = 250;

HubOptions SmallHub() {
  HubOptions options = HubServer(Id('9'));
  options.limits.hubs_named = 3;
  options.limits.hub_entry = 64;
  options.limits.namespace_name = 16;
  return options;
}

class RandomOperator {
 public:
  explicit RandomOperator(uint64_t seed) : random_(seed), hub_(SmallHub(), seed) {}

  // The fixture compares the check with the answer.
  void Step() {
    switch (random_.Below(8)) {
      case 0:
        return Connect();
      case 1:
        hub_.Advance(std::chrono::milliseconds(random_.Below(20'000)));
        return;
      default:
        accepted_ += hub_.Handle(AnyCommand()).ok() ? 1 : 0;
        ++commands_;
    }
  }

  int accepted() const { return accepted_; }
  int refused() const { return commands_ - accepted_; }

 private:
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
  int commands_ = 0;
  int accepted_ = 0;
};

TEST(Commands, AreAnsweredAsTheyWereChecked) {
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
