// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/dev_mode.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/control/daemon/config/loaded_config.h"

namespace pigeonhub {
namespace {

TEST(DevMode, BringsThePagesAndStaysOnThisMachine) {
  const auto config = Load({"--dev"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->client_js);
  EXPECT_FALSE(config->dev_lan);
  EXPECT_EQ(config->host, "localhost");
  EXPECT_EQ(Describe(config->origins.at("client-js")), "flag --dev");
  EXPECT_TRUE(Load({"--dev", "--host", "::1"}).ok());
}

TEST(DevMode, OpensToTheNetworkWhenThatIsAskedFor) {
  const auto config = Load({"--dev-lan"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->dev);
  EXPECT_TRUE(config->client_js);
  EXPECT_EQ(config->host, "0.0.0.0");
  EXPECT_EQ(Describe(config->origins.at("host")), "flag --dev-lan");
  EXPECT_EQ(Load({"--dev-lan", "--host", "192.0.2.1"})->host, "192.0.2.1");
}

TEST(DevMode, ChangesNothingWhereItIsNotAskedFor) {
  const auto config = Load({"--host", "0.0.0.0"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_FALSE(config->client_js);
}

TEST(DevMode, IsRefusedWithItsReason) {
  const std::vector<std::pair<Arguments, std::string>> kCases = {
      {{"--dev", "--host", "0.0.0.0"},
       "host: dev is for this machine alone, as whoever reaches the hub can join and sees all; "
       "leave host out, or let a network that you trust in by dev-lan"},
      {{"--dev-lan", "--host", "localhost"},
       "host: dev-lan is for others of this network, who do not reach this machine there; leave "
       "host out, or take dev"},
      {{"--ice-url", "turn:turn.example.org"},
       "ice-url: a TURN server asks for credentials; name the file with its secret by "
       "turn-secret"},
      {{"--ice-url", "stun:a", "--turn-secret", "x"},
       "turn-secret: there is no TURN server; name it by ice-url turn:HOST"},
      {{"--ice-url", "https://turn.example.org"},
       "--ice-url: https://turn.example.org is no address such as stun:stun.example.org or "
       "turns:turn.example.org:5349"},
      {{"--ice-url", "stun://a"},
       "--ice-url: stun://a is no address such as stun:stun.example.org or "
       "turns:turn.example.org:5349"},
      {{"--ice-ttl", "1s"}, "--ice-ttl: 1s is not between 1m and 168h"},
  };
  for (const auto& [arguments, message] : kCases) {
    EXPECT_EQ(Load(arguments).status().message(), message);
  }
}

TEST(DevMode, AsksForNoKeyWhereItMakesOne) {
  EXPECT_FALSE(Load({"--auth", "required"}).ok());
  const auto config = Load({"--auth", "required", "--dev"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(NeedsTokenKeys(*config));
  EXPECT_FALSE(NeedsTokenKeys(*Load({"--dev"})));
}

TEST(DevMode, TakesOfIceServersWhatBrowsersTake) {
  for (const char* url : {"stun:a", "stuns:a:5349", "stun:[2001:db8::1]:3478", "stun:192.0.2.1"}) {
    EXPECT_TRUE(Load({"--ice-url", url}).ok()) << url;
  }
  for (const char* url : {"turn:a?transport=udp", "turns:a:443?transport=tcp", "turn:[::1]"}) {
    EXPECT_TRUE(Load({"--ice-url", url, "--turn-secret", "x"}).ok()) << url;
  }
  for (const char* url :
       {"stun:a?transport=udp", "turn:a?transport=sctp", "turn:a?", "turn:a?transport=udp&b=c",
        "turn:a:0", "turn:a:65536", "turn:a:", "turn:a:b", "turn:user@a", "turn:a/b", "turn:a#b",
        "turn:::1", "turn:", "turn:?transport=udp", "turn:a b", "turn"}) {
    const std::string told(Load({"--ice-url", url, "--turn-secret", "x"}).status().message());
    EXPECT_TRUE(told.starts_with("--ice-url: ")) << url << ": " << told;
  }
}

TEST(DevMode, TakesTheLettersForQuietAndVerbose) {
  EXPECT_TRUE(Load({"--dev", "-q"})->quiet);
  EXPECT_TRUE(Load({"--dev", "-v"})->verbose);
  EXPECT_FALSE(Load({"--dev"})->verbose);
  EXPECT_EQ(Load({"-h"})->action, Action::kShowHelp);
}

}  // namespace
}  // namespace pigeonhub
