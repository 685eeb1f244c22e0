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
  EXPECT_TRUE(server.Unban(kPeer).ok());
  EXPECT_TRUE(absl::IsNotFound(server.Unban(kPeer)));
  EXPECT_EQ(UpgradeAt(server), 101);
}

TEST_F(HubServerBans, OutlastTheServerInAFile) {
  {
    HubServer server(Keeping());
    ASSERT_TRUE(server.Start().ok());
    ASSERT_TRUE(server.Ban({.target = kPeer, .duration = 1h, .reason = "spam"}).ok());
    const BanTarget user{BanTarget::Kind::kSubject, "user42"};
    ASSERT_TRUE(server.Ban({.target = user, .duration = 1h}).ok());
    ASSERT_TRUE(server.Unban(user).ok());
  }
  HubServer server(Keeping());
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(UpgradeAt(server), 403);
  const auto bans = server.ListBans(0, 10);
  ASSERT_THAT(bans, SizeIs(1));
  EXPECT_EQ(bans[0].reason, "spam");
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

TEST_F(HubServerBans, RefuseToStartWhereTheFileCannotBeWritten) {
  HubServerOptions options = AnyPort();
  options.bans_file = folder_.Path("no folder/bans");
  HubServer server(options);
  EXPECT_TRUE(absl::IsUnavailable(server.Start()));
}

}  // namespace
}  // namespace pigeonhub
