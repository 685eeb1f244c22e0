// SPDX-License-Identifier: Apache-2.0
//
// Where values come from, and which of several counts.
#include "server/runtime/config.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/runtime/loaded_config.h"

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
    for (const PeerId& id : config->hub_allow) EXPECT_EQ(id.text().substr(0, 1), c.allowed);
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
  EXPECT_EQ(config->cors_origin, "https://example.org");
}

TEST(Config, TakesAnEmptyVariableForNone) {
  const auto config = Load({}, {{"PIGEONHUB_PORT", ""}, {"PORT", "8080"}, {"HOST", ""}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->port, 8080);
  EXPECT_EQ(config->host, "localhost");
}

TEST(Config, LooksAtNoVariableThatAFlagOverrides) {
  // Kubernetes sets such a PIGEONHUB_PORT where a service is named pigeonhub.
  const Variables kVariables = {{"PIGEONHUB_PORT", "tcp://10.0.0.1:3000"}};
  EXPECT_TRUE(Load({"--port", "1"}, kVariables).ok());
  EXPECT_EQ(ErrorOf({}, kVariables),
            "PIGEONHUB_PORT: tcp://10.0.0.1:3000 is not a port (0 to 65535)");
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
