// SPDX-License-Identifier: Apache-2.0
//
// Where values come from, and which of several counts.
#include "control/daemon/config/config.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/control/daemon/config/loaded_config.h"

namespace pigeonhub {
namespace {

// Which of the sources speak, and who is heard.
TEST(Config, LetsFlagsWinOverEnvironmentOverFileOverDefault) {
  struct Case {
    bool flag, ours, reference, file;
    uint16_t port;
    std::string origin;
    size_t max_connections;
    std::string allowed;  // the first digit of the only id, or none
  };
  const ConfigFile config_file("port = 4\nmax-connections = 4\nhub-allow = ['" +
                               std::string(40, '4') + "']");
  const Case kCases[] = {
      {true, true, true, true, 1, "flag --port", 1, "1"},
      {true, false, false, true, 1, "flag --port", 1, "1"},
      {true, false, false, false, 1, "flag --port", 1, "1"},
      {false, true, true, true, 2, "environment PIGEONHUB_PORT", 2, "2"},
      {false, true, false, false, 2, "environment PIGEONHUB_PORT", 2, "2"},
      {false, false, true, true, 3, "environment PORT", 3, "4"},
      {false, false, true, false, 3, "environment PORT", 3, ""},
      {false, false, false, true, 4, "file " + config_file.path(), 4, "4"},
      {false, false, false, false, 0, "default", 1000, ""},
  };
  for (const Case& c : kCases) {
    Arguments flags;
    Variables variables;
    if (c.file) flags = {"--config", config_file.path()};
    if (c.flag) {
      for (std::string flag : {"--port=1", "--max-connections=1", "--hub-allow"}) {
        flags.push_back(flag);
      }
      flags.push_back(std::string(40, '1'));
    }
    if (c.ours) {
      variables = {{"PIGEONHUB_PORT", "2"},
                   {"PIGEONHUB_MAX_CONNECTIONS", "2"},
                   {"PIGEONHUB_HUB_ALLOW", std::string(40, '2')}};
    }
    if (c.reference) variables.insert({{"PORT", "3"}, {"MAX_CONNECTIONS", "3"}});
    const auto config = Load(flags, variables);
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(config->port.value_or(0), c.port);
    EXPECT_EQ(OriginOf(*config, "port"), c.origin);
    EXPECT_EQ(config->max_connections, c.max_connections);
    ASSERT_EQ(config->hub_allow.size(), c.allowed.empty() ? 0u : 1u);
    for (const AllowedHub& hub : config->hub_allow) {
      EXPECT_EQ(hub.id.text().substr(0, 1), c.allowed);
    }
  }
}

TEST(Config, TakesTheReferenceServersVariables) {
  const auto config = Load({}, {{"HOST", "0.0.0.0"},
                                {"PORT", "8080"},
                                {"IS_HUB", "true"},
                                {"HUB_MESH_NAMESPACE", "mine"},
                                {"MAX_CONNECTIONS", "12"},
                                {"CORS_ORIGIN", "https://example.org"}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->host, "0.0.0.0");
  EXPECT_EQ(config->port, 8080);
  EXPECT_TRUE(config->hub);
  EXPECT_EQ(config->hub_mesh_namespace, "mine");
  EXPECT_EQ(config->max_connections, 12u);
  EXPECT_EQ(config->allow_origins, std::vector<std::string>{"https://example.org"});
}

TEST(Config, TakesAnEmptyVariableForNone) {
  const auto config = Load({}, {{"PIGEONHUB_PORT", ""}, {"PORT", "8080"}, {"HOST", ""}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->port, 8080);
  EXPECT_EQ(config->host, "localhost");
}

TEST(Config, LooksAtNoVariableThatAFlagOverrides) {
  const Variables kVariables = {{"PIGEONHUB_PORT", "seventy"}};
  EXPECT_TRUE(Load({"--port", "1"}, kVariables).ok());
  EXPECT_EQ(ErrorOf({}, kVariables),
            "PIGEONHUB_PORT: seventy is not a whole number; give a port from 0 to 65535");
}

TEST(Config, TakesSwitchesAndChoicesInAnyCase) {
  for (const char* yes : {"true", "True", "TRUE", "1", "yes", "YES", "on", "On"}) {
    const auto config = Load({"--auto-connect=" + std::string(yes)}, {{"IS_HUB", yes}});
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_TRUE(config->hub && config->auto_connect) << yes;
  }
  for (const char* no : {"false", "False", "FALSE", "0", "no", "No", "off", "OFF"}) {
    const auto config = Load({"--auto-connect=" + std::string(no)}, {{"IS_HUB", no}});
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_FALSE(config->hub || config->auto_connect) << no;
  }
  EXPECT_EQ(ErrorOf({}, {{"PIGEONHUB_HUB", "maybe"}}),
            "PIGEONHUB_HUB: maybe is neither true nor false");
  const auto config =
      Load({}, {{"PIGEONHUB_LOG_LEVEL", "DEBUG"}, {"PIGEONHUB_LOG_FORMAT", "Json"}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->log_level, LogLevel::kDebug);
  EXPECT_EQ(config->log_format, LogFormat::kJson);
}

TEST(Config, TakesVariablesOfAFileThatWasSavedOnWindows) {
  const auto config = Load({}, {{"PORT", "3000\r"},
                                {"IS_HUB", "true\r"},
                                {"REGION", " eu-west \r"},
                                {"BOOTSTRAP_HUBS", "ws://a:1 , ws://b:2\r"},
                                {"PIGEONHUB_HOST", "\r"},
                                {"PIGEONHUB_DRAIN_TIMEOUT", "5s\r"}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->port, 3000);
  EXPECT_TRUE(config->hub);
  EXPECT_EQ(config->region, "eu-west");
  EXPECT_EQ(config->bootstrap_hubs, (std::vector<std::string>{"ws://a:1", "ws://b:2"}));
  EXPECT_EQ(config->host, "localhost");
  EXPECT_EQ(config->drain_timeout, std::chrono::seconds(5));
}

TEST(Config, ReadsPoliciesOfNamespacesInTheOrderOfTheFile) {
  const ConfigFile file(R"(port = 1
[namespace."game:*"]
who = "token"
issuers = ["https://game.example"]
max-peers = 50
announce-data = "4KiB"
discovery-limit = 0
duplicate = "replace"
message-rate = "10/s,50"
announce-rate = "off"
[namespace.chat]
issuers = []
)");
  const auto config = Load({"--config", file.path()});
  ASSERT_TRUE(config.ok()) << config.status();
  const std::vector<NamedPolicy> policies = {
      {"game:*",
       {.who = WhoMayEnter::kToken,
        .issuers = std::vector<std::string>{"https://game.example"},
        .max_peers = 50,
        .announce_data = 4096,
        .discovery_limit = 0,
        .duplicate = OnDuplicate::kReplace,
        .message_rate = Rate{.amount = 10, .burst = 50},
        .announce_rate = Rate{}}},
      {"chat", {.issuers = std::vector<std::string>()}}};
  EXPECT_EQ(config->namespaces, policies);
}

TEST(Config, TakesAtMostAThousandPolicies) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "[namespace.n" + std::to_string(i) + "]\n";
  EXPECT_TRUE(Load({"--config", ConfigFile(text).path()}).ok());
  const ConfigFile file(text + "[namespace.more]\n");
  EXPECT_EQ(ErrorOf({"--config", file.path()}),
            file.path() +
                ":1001: there are more than 1000 policies; one with a * at its end does "
                "for many namespaces");
}

TEST(Config, ReadsAFileThatWasSavedOnWindows) {
  const ConfigFile file("\xEF\xBB\xBFport = 3001\r\nhub = true\r\n");
  const auto config = Load({"--config", file.path()});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->port, 3001);
  EXPECT_TRUE(config->hub);
}

TEST(Config, PointsOutThatAVariableWithoutPrefixMayBeMeantForSomethingElse) {
  // conda's compilers set such a HOST.
  EXPECT_EQ(ErrorOf({}, {{"HOST", "x86_64-conda-linux-gnu"}}),
            "HOST: x86_64-conda-linux-gnu is no address to listen on; use localhost, 0.0.0.0, :: "
            "or an address of this machine; if HOST is not meant for pigeonhub, set "
            "PIGEONHUB_HOST or --host, which win");
  EXPECT_TRUE(Load({"--host", "::"}, {{"HOST", "x86_64-conda-linux-gnu"}}).ok());
  EXPECT_TRUE(Load({}, {{"HOST", "my-laptop"}, {"PIGEONHUB_HOST", "localhost"}}).ok());
  EXPECT_EQ(ErrorOf({}, {{"PIGEONHUB_HOST", "my-laptop"}}),
            "PIGEONHUB_HOST: my-laptop is no address to listen on; use localhost, 0.0.0.0, :: or "
            "an address of this machine");
}

TEST(Config, KnowsTheVariablesThatKubernetesMakesOfAService) {
  // Of services called pigeonhub, pigeonhub-metrics and pigeonhub-config.
  const auto config = Load({}, {{"PIGEONHUB_SERVICE_HOST", "10.0.0.1"},
                                {"PIGEONHUB_SERVICE_PORT", "3000"},
                                {"PIGEONHUB_SERVICE_PORT_WS", "3000"},
                                {"PIGEONHUB_PORT", "tcp://10.0.0.1:3000"},
                                {"PIGEONHUB_PORT_3000_TCP", "tcp://10.0.0.1:3000"},
                                {"PIGEONHUB_PORT_3000_TCP_PROTO", "tcp"},
                                {"PIGEONHUB_PORT_3000_TCP_PORT", "3000"},
                                {"PIGEONHUB_PORT_3000_TCP_ADDR", "10.0.0.1"},
                                {"PIGEONHUB_METRICS_SERVICE_HOST", "fd00::1"},
                                {"PIGEONHUB_METRICS_PORT", "udp://[fd00::1]:9090"},
                                {"PIGEONHUB_CONFIG_PORT", "tcp://10.0.0.3:1"},
                                {"PORT", "4000"}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->port, 4000) << "tcp://10.0.0.1:3000 is not for us to listen on";
  EXPECT_EQ(OriginOf(*config, "port"), "environment PORT");
  EXPECT_TRUE(config->unknown_variables.empty()) << config->unknown_variables.front().name;
}

TEST(Config, NoticesAMisspelledVariable) {
  const auto config = Load({}, {{"PIGEONHUB_MAX_CONECTIONS", "5"},
                                {"PIGEONHUB_MAX_CONNECTIONS", "6"},
                                {"PIGEONHUB_CONFIG", ""},
                                {"PIGEONHUB_EMPTY", ""},
                                {"PIGEONHUB_IMAGE_DIGEST", "sha256:1"},
                                {"PIGEONHUB_VERSION", "0.1.0"},
                                {"PIGEONHUBS", "5"},
                                {"MAX_CONECTIONS", "5"}});
  ASSERT_TRUE(config.ok()) << config.status();
  std::vector<std::pair<std::string, std::string>> unknown;
  for (const auto& [name, meant] : config->unknown_variables) unknown.emplace_back(name, meant);
  // --version is a flag alone.
  EXPECT_EQ(unknown, (std::vector<std::pair<std::string, std::string>>{
                         {"PIGEONHUB_IMAGE_DIGEST", ""},
                         {"PIGEONHUB_MAX_CONECTIONS", "PIGEONHUB_MAX_CONNECTIONS"},
                         {"PIGEONHUB_VERSION", ""}}));
}

TEST(Config, FindsItsFileByEnvironmentToo) {
  const ConfigFile file("hub = true");
  const auto config = Load({}, {{"PIGEONHUB_CONFIG", file.path()}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->hub);
}

TEST(Config, SplitsListsOfTheEnvironmentAtCommas) {
  const auto config = Load({}, {{"PIGEONHUB_HUB_ALLOW", kSomeId + ", " + kOtherId}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->hub_allow.size(), 2u);
}

TEST(Config, TakesTheLastOfRepeatedFlags) {
  const auto config = Load({"--port", "1", "--hub", "--port=2", "--no-hub"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->port, 2);
  EXPECT_FALSE(config->hub);
  EXPECT_EQ(OriginOf(*config, "hub"), "flag --no-hub");
}

TEST(Config, AnswersHelpAndVersionWhateverElseIsWrong) {
  EXPECT_EQ(Load({"--help", "--port", "x", "--config", "/nowhere"})->action, Action::kShowHelp);
  EXPECT_EQ(Load({"-h"})->action, Action::kShowHelp);
  EXPECT_EQ(Load({"--version"}, {{"PORT", "x"}})->action, Action::kShowVersion);
  EXPECT_EQ(Load({"--version", "--help", "--check-config"})->action, Action::kShowHelp);
}

}  // namespace
}  // namespace pigeonhub
