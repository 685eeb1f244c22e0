// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/serving_notice.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "pigeonhub_version.h"

namespace pigeonhub {
namespace {

const std::string kName = "pigeonhub " + std::string(kVersion);

Config At(const std::string& host) {
  Config config;
  config.host = host;
  return config;
}

TEST(ServingNotice, NamesEveryAddressAndWhatToTryNext) {
  EXPECT_EQ(StartLine(At("localhost"), HubAdmission::kDeny,
                      {.signaling = {{"127.0.0.1", 3000}, {"::1", 3000}},
                       .hubs = {{"0.0.0.0", 3001}},
                       .control = {"127.0.0.1:50051"},
                       .metrics = {{"::1", 9090}},
                       .console = {"http://127.0.0.1:50080"}}),
            kName +
                " serving ws://localhost:3000 (127.0.0.1:3000, [::1]:3000) as a plain server; "
                "other hubs on 0.0.0.0:3001; control API on 127.0.0.1:50051; console on "
                "http://127.0.0.1:50080; metrics on [::1]:9090; try curl "
                "http://localhost:3000/health\n");
}

TEST(ServingNotice, NamesTheBrokerWithoutItsPassword) {
  Config config = At("localhost");
  config.hub = true;
  config.nats = {"nats://hub:s3cret@n1", "nats://n2"};
  const std::string line =
      StartLine(config, HubAdmission::kToken, {{{"127.0.0.1", 1}}, {}, {}, {}});
  EXPECT_NE(line.find("; meets hubs at nats://***@n1; "), std::string::npos) << line;
}

TEST(ServingNotice, SaysThatAHubSpeaksTls) {
  Config config = At("hub.example.org");
  config.tls_cert = "tls.pem";
  EXPECT_EQ(StartLine(config, HubAdmission::kDeny, {{{"192.0.2.1", 443}}, {}, {}, {}}),
            kName +
                " serving wss://hub.example.org:443 (192.0.2.1:443) as a plain server; "
                "try curl https://hub.example.org:443/health\n");
}

// As in a container without a terminal.
TEST(ServingNotice, SaysInOneLineToWhomAHubForDevelopmentIsOpen) {
  Config config = At("localhost");
  config.dev = true;
  EXPECT_EQ(StartLine(config, HubAdmission::kDeny, {{{"127.0.0.1", 1}}, {}, {}, {}}),
            kName +
                " serving ws://localhost:1 (127.0.0.1:1) as a plain server, for development: "
                "everything in memory, no tokens, this machine only; demo on "
                "http://localhost:1/demo; try curl http://localhost:1/health\n");
  config.host = "0.0.0.0";
  config.dev_lan = true;
  config.auth = PeerAuth::kRequired;
  EXPECT_EQ(StartLine(config, HubAdmission::kDeny, {{{"0.0.0.0", 1}}, {}, {}, {}}),
            kName +
                " serving ws://localhost:1 (0.0.0.0:1) as a plain server, for development: "
                "everything in memory, anyone in this network can join; demo on "
                "http://localhost:1/demo; try curl http://localhost:1/health\n");
}

TEST(ServingNotice, SaysWhichMeshAHubBelongsTo) {
  Config config = At("localhost");
  config.hub = true;
  config.hub_mesh_namespace = "my mesh";
  EXPECT_EQ(StartLine(config, HubAdmission::kToken, {{{"127.0.0.1", 1}}, {}, {}, {}}),
            kName +
                " serving ws://localhost:1 (127.0.0.1:1) as a hub of \"my mesh\"; "
                "try curl http://localhost:1/health\n");
}

TEST(ServingNotice, SaysWhatWouldAdmitHubsWhereNoneIsAdmitted) {
  const std::string hint = "; no other hub may link to it without --hub-key or --hub-allow";
  Config config = At("localhost");
  const auto hints = [&](HubAdmission admission) {
    return StartLine(config, admission, {{{"127.0.0.1", 1}}, {}, {}, {}}).find(hint) !=
           std::string::npos;
  };
  EXPECT_FALSE(hints(HubAdmission::kDeny)) << "nobody expects hubs at a plain server";
  config.hub = true;
  EXPECT_TRUE(hints(HubAdmission::kDeny));
  EXPECT_FALSE(hints(HubAdmission::kToken));
  EXPECT_FALSE(hints(HubAdmission::kOpen));
  config.hub_allow = {{PeerId()}};
  EXPECT_FALSE(hints(HubAdmission::kDeny));
}

TEST(ServingNotice, TellsAPersonInAFewAlignedLines) {
  EXPECT_EQ(StartText(At("localhost"), HubAdmission::kDeny,
                      {.signaling = {{"127.0.0.1", 3000}, {"::1", 3000}},
                       .control = {"127.0.0.1:50051"},
                       .metrics = {{"127.0.0.1", 9464}}},
                      {}),
            kName +
                "\n"
                "  Peers     ws://localhost:3000    this machine only; --host 0.0.0.0 for others\n"
                "  Control   127.0.0.1:50051        pigeonctl peers list\n"
                "  Mode      single hub             --hub links it with others\n"
                "  Ctrl-C drains for at most 30s, Ctrl-C again stops at once.\n");
}

TEST(ServingNotice, TellsADeveloperWhatToOpen) {
  Config config = At("localhost");
  config.dev = true;
  config.client_js = true;
  EXPECT_EQ(StartText(config, HubAdmission::kDeny,
                      {.signaling = {{"127.0.0.1", 3000}},
                       .control = {"127.0.0.1:50051"},
                       .console = {"http://127.0.0.1:50080"}},
                      {.has_demo = true, .shows_lines = true}),
            kName +
                ", for development: everything in memory, no tokens, this machine only\n"
                "\n"
                "  Demo      http://localhost:3000/demo    open it, then \"second tab\": you are "
                "chatting\n"
                "  Console   http://127.0.0.1:50080        peers, rooms, why two do not connect\n"
                "  Peers     ws://localhost:3000\n"
                "  Page      <script src=\"http://localhost:3000/client.js\"></script>\n"
                "  Control   127.0.0.1:50051               pigeonctl peers list\n"
                "\n"
                "  Phone?    pigeonhub --dev-lan     prints a QR code\n"
                "  Ctrl-C stops. What happens is shown below; -q is quiet, -v shows each signal.\n"
                "\n");
}

TEST(ServingNotice, SaysWhoCanJoinAHubForANetwork) {
  Config config = At("0.0.0.0");
  config.dev = true;
  config.dev_lan = true;
  config.client_js = true;
  const Bound bound{.signaling = {{"0.0.0.0", 3000}}};
  const ForPerson person{.hosts = {"192.168.1.5", "10.0.0.2"}, .has_demo = true, .has_utf8 = true};
  const std::string text = StartText(config, HubAdmission::kDeny, bound, person);
  EXPECT_NE(text.find("anyone in this network can join\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\n            ws://192.168.1.5:3000\n            ws://10.0.0.2:3000\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\u2588"), std::string::npos) << "the QR code\n" << text;
  EXPECT_NE(text.find("\n  http://192.168.1.5:3000/demo\n"), std::string::npos) << text;
  ForPerson plain = person;
  plain.has_utf8 = false;
  EXPECT_EQ(StartText(config, HubAdmission::kDeny, bound, plain).find("\u2588"), std::string::npos);
}

TEST(ServingNotice, SaysWhereThereIsNoDemo) {
  Config config = At("localhost");
  config.dev = true;
  config.auth = PeerAuth::kRequired;
  const std::string text = StartText(config, HubAdmission::kDeny, {.signaling = {{"127.0.0.1", 1}}},
                                     {.token = "eyJ.a.b"});
  EXPECT_NE(text.find("  Demo      not in this build, made without npm\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("  Token     eyJ.a.b"), std::string::npos) << text;
  EXPECT_EQ(text.find("no tokens"), std::string::npos) << text;
  EXPECT_NE(text.find("port 3000 is taken"), std::string::npos) << text;
}

TEST(ServingNotice, TellsAPersonWhatPagesOfHttpsNeed) {
  const auto tells = [](const Config& config) {
    return StartText(config, HubAdmission::kDeny, {.signaling = {{"192.0.2.1", 80}}}, {})
               .find("--tls-cert") != std::string::npos;
  };
  Config config = At("0.0.0.0");
  EXPECT_TRUE(tells(config));
  config.tls_cert = "tls.pem";
  EXPECT_FALSE(tells(config));
  EXPECT_FALSE(tells(At("localhost"))) << "browsers take this machine for safe";
}

TEST(ServingNotice, TellsAPersonWhereTheConsoleIs) {
  Bound bound{.signaling = {{"127.0.0.1", 80}}, .control = {"127.0.0.1:50051"}};
  const auto names_console = [&] {
    return StartText(At("localhost"), HubAdmission::kDeny, bound, {})
               .find("  Console   http://127.0.0.1:50080") != std::string::npos;
  };
  EXPECT_FALSE(names_console());
  bound.console = {"http://127.0.0.1:50080"};
  EXPECT_TRUE(names_console());
}

TEST(ServingNotice, GivesAUrlThatWorksOnThisMachine) {
  EXPECT_EQ(ServingUrl(At("0.0.0.0"), {{"0.0.0.0", 80}}), "ws://localhost:80");
  EXPECT_EQ(ServingUrl(At("::"), {{"::", 80}}), "ws://localhost:80");
  EXPECT_EQ(ServingUrl(At("::1"), {{"::1", 80}}), "ws://[::1]:80");
  EXPECT_EQ(ServingUrl(At("hub.example.org"), {{"192.0.2.1", 80}}), "ws://hub.example.org:80");
}

TEST(ServingNotice, TellsMachinesTheSame) {
  EXPECT_EQ(ReadyJson(At("localhost"), {.signaling = {{"127.0.0.1", 3000}, {"::1", 3000}},
                                        .hubs = {{"127.0.0.1", 3001}},
                                        .control = {"unix:/run/hub"},
                                        .metrics = {{"127.0.0.1", 9090}},
                                        .console = {"https://0.0.0.0:443"}}),
            "{\"pid\":" + std::to_string(getpid()) + ",\"version\":\"" + std::string(kVersion) +
                "\",\"url\":\"ws://localhost:3000\",\"signaling\":["
                "{\"host\":\"127.0.0.1\",\"port\":3000},{\"host\":\"::1\",\"port\":3000}],"
                "\"hubs\":[{\"host\":\"127.0.0.1\",\"port\":3001}],"
                "\"control\":[{\"address\":\"unix:/run/hub\"}],"
                "\"metrics\":[{\"host\":\"127.0.0.1\",\"port\":9090}],"
                "\"console\":[{\"address\":\"https://0.0.0.0:443\"}]}\n");
}

}  // namespace
}  // namespace pigeonhub
