// SPDX-License-Identifier: Apache-2.0
//
// Bans of an embedding program, and the file that keeps them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/server/hub_server_fixture.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const BanTarget kPeer{BanTarget::Kind::kPeer, kPeerId};

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class HubServerBans : public ::testing::Test {
 protected:
  HubServerOptions Keeping() const {
    HubServerOptions options = AnyPort();
    options.bans_file = path_;
    return options;
  }
  int UpgradeAt(const HubServer& server) {
    RawClient client(server.Addresses().front().port);
    return client.Upgrade("/?peerId=" + kPeerId);
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.Path("bans");
};

TEST_F(HubServerBans, KeepAPeerOutBeforeAndAfterTheUpgrade) {
  Heard heard;
  HubServer server(AnyPort());
  server.On<PeerRefused>([&](const PeerRefused& refused) {
    heard.Add("refused " + std::string(ReasonName(refused.reason)));
  });
  server.On<PeerDisconnected>([&](const PeerDisconnected& gone) {
    heard.Add("gone " + std::string(ReasonName(gone.reason)));
  });
  ASSERT_TRUE(server.Start().ok());
  RawClient peer = Connected(server, kPeerId);
  const BanOrder order{.target = kPeer, .duration = 1h};
  EXPECT_THAT(server.Ban(order, Mode::kCheckOnly)->peers, ElementsAre(Id(kPeerId)));
  EXPECT_THAT(server.ListBans(0, 10), IsEmpty());
  EXPECT_EQ(server.Ban(order)->hits, 1u);
  EXPECT_TRUE(peer.ReadClose().has_value());
  RawClient again(server.Addresses().front().port);
  again.Send(UpgradeRequest("/?peerId=" + kPeerId));
  const std::string answer = again.ReadAnswer();
  EXPECT_THAT(answer, HasSubstr("403 "));
  EXPECT_THAT(answer, HasSubstr("banned"));
  EXPECT_TRUE(heard.WaitFor("gone banned"));
  EXPECT_TRUE(heard.WaitFor("refused banned"));
  const std::string metrics = server.Metrics();
  EXPECT_THAT(metrics, HasSubstr("\npigeonhub_bans 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\npigeonhub_leaves_total{reason=\"banned\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\npigeonhub_refusals_total{reason=\"banned\"} 1\n"));
  EXPECT_EQ(*server.Unban(kPeer), 1u);
  EXPECT_TRUE(absl::IsNotFound(server.Unban(kPeer).status()));
  EXPECT_EQ(UpgradeAt(server), 101);
}

TEST_F(HubServerBans, SayWhatTheyReplacedAndWhatHolds) {
  HubServer server(AnyPort());
  const BanTarget user{BanTarget::Kind::kSubject, "user42"};
  ASSERT_TRUE(server.Ban({.target = user, .duration = 24h, .reason = "flood"}).ok());
  const BanOrder revocation{.target = user, .issued_before = 2'000, .duration = 24h};
  EXPECT_FALSE(server.Ban(revocation)->replaced.has_value()) << "it has a place of its own";
  for (const Mode mode : {Mode::kCheckOnly, Mode::kDo}) {
    const auto weaker = server.Ban({.target = user, .issued_before = 1'000, .duration = 1h}, mode);
    ASSERT_TRUE(weaker.ok() && weaker->replaced.has_value());
    EXPECT_EQ(weaker->issued_before, 2'000);
    EXPECT_EQ(weaker->ends_at, weaker->replaced->ends_at);
    const auto shorter = server.Ban({.target = user, .duration = 1h}, mode);
    ASSERT_TRUE(shorter.ok() && shorter->replaced.has_value());
    EXPECT_EQ(shorter->replaced->reason, "flood");
    EXPECT_LT(shorter->ends_at, shorter->replaced->ends_at);
  }
  EXPECT_EQ(*server.Unban(user, Mode::kCheckOnly), 2u);
  EXPECT_EQ(*server.Unban(user), 2u);
  EXPECT_THAT(server.ListBans(0, 10), IsEmpty());
}

TEST_F(HubServerBans, OutlastTheServerInAFile) {
  {
    HubServer server(Keeping());
    ASSERT_TRUE(server.Start().ok());
    ASSERT_TRUE(server.Ban({.target = kPeer, .duration = 1h, .reason = "spam"}).ok());
    const BanTarget user{BanTarget::Kind::kSubject, "user42"};
    ASSERT_TRUE(server.Ban({.target = user, .duration = 1h}).ok());
    ASSERT_TRUE(server.Unban(user).ok());
    const BanTarget of_issuer{BanTarget::Kind::kSubject, "user43", "https://app.example"};
    ASSERT_TRUE(server.Ban({.target = of_issuer, .duration = 1h}).ok());
    ASSERT_TRUE(server.Ban({.target = of_issuer, .issued_before = 5, .duration = 1h}).ok());
  }
  HubServer server(Keeping());
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(UpgradeAt(server), 403);
  const auto bans = server.ListBans(0, 10);
  ASSERT_THAT(bans, SizeIs(3));
  EXPECT_EQ(bans[0].reason, "spam");
  for (const size_t place : {1, 2}) EXPECT_EQ(bans[place].target.issuer, "https://app.example");
  EXPECT_EQ(bans[2].issued_before, 5) << "beside the ban";
  EXPECT_THAT(TextOf(path_), HasSubstr(R"("value":"user42")")) << "others may still tell of it";
}

TEST_F(HubServerBans, AreReadFromLinesWrittenByHand) {
  std::ofstream(path_)
      << "# by hand\n{\"kind\":\"peer\",\"value\":\"" << kPeerId
      << "\",\"until\":\"2099-01-01T00:00:00Z\"}\n"
      << "{\"kind\":\"subject\",\"value\":\"u\",\"until\":\"2001-01-01T00:00:00Z\"}\n";
  HubServer server(Keeping());
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(UpgradeAt(server), 403);
  EXPECT_THAT(server.ListBans(0, 10), SizeIs(1)) << "one is over";
}

TEST_F(HubServerBans, RefuseToStartWithAFileThatIsBroken) {
  const std::string text = "# by hand\n{\"kind\":\"peer\"}\n";
  std::ofstream(path_) << text;
  {
    HubServer server(Keeping());
    const absl::Status status = server.Start();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(status.message(),
              path_ +
                  ": line 2: value is not 40 hexadecimal digits; give the whole id, as lists "
                  "show it");
    EXPECT_EQ(HubServer::CheckBansFile(path_), status);
    EXPECT_EQ(server.Start(Mode::kCheckOnly), status);
  }
  EXPECT_EQ(TextOf(path_), text) << "it is left as it is";
}

TEST_F(HubServerBans, TellOfLinesThatDoNotHoldAsTheyStand) {
  const std::string line = R"({"kind":"peer","value":")" + kPeerId + R"(","until":"2)";
  std::ofstream(path_) << line << "001-01-01T00:00:00Z\"}\n" << line << "099-01-01T00:00:00Z\"}\n";
  Heard heard;
  HubServerOptions options = Keeping();
  options.log = [&](LogLevel, std::string_view text) { heard.Add(std::string(text)); };
  HubServer server(options);
  EXPECT_THAT(heard.all(), Contains(HasSubstr("line=1 note=\"it stands again further down")));
  EXPECT_THAT(heard.all(), Contains(HasSubstr("line=2 note=\"it ends more than 30 days from now")));
  EXPECT_THAT(server.ListBans(0, 10), SizeIs(1)) << "the last line counts";
}

TEST_F(HubServerBans, AreKeptByOneHubAFile) {
  {
    HubServer first(Keeping());
    ASSERT_TRUE(first.Start().ok());
    ASSERT_TRUE(first.Ban({.target = kPeer, .duration = 1h}).ok());
    HubServer second(Keeping());
    const absl::Status status = second.Start();
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_EQ(status.message(),
              "another hub keeps its bans in " + path_ +
                  "; give this one a file of its own, or end the other one first");
    EXPECT_TRUE(HubServer::CheckBansFile(path_).ok()) << "whoever only looks may look";
  }
  HubServer after(Keeping());
  EXPECT_TRUE(after.Start().ok());
  EXPECT_THAT(after.ListBans(0, 10), SizeIs(1));
}

TEST_F(HubServerBans, RefuseToStartWhereTheFileCannotBeWritten) {
  HubServerOptions options = AnyPort();
  options.bans_file = folder_.Path("no folder/bans");
  HubServer server(options);
  EXPECT_TRUE(absl::IsUnavailable(server.Start()));
}

}  // namespace
}  // namespace pigeonhub
