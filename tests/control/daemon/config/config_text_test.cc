// SPDX-License-Identifier: Apache-2.0
//
// --print-config and --help.
#include <gtest/gtest.h>

#include <string>

#include "control/daemon/config/config_options.h"
#include "tests/control/daemon/config/loaded_config.h"

namespace pigeonhub {
namespace {

TEST(Config, PrintsWhatReadsBackAsTheSame) {
  const auto config =
      Load({"--host=::", "--hub", "--hub-mesh-namespace", "a \"b\" # \xC3\xA9\\", "--hub-allow",
            kSomeId, "--hub-allow", kOtherId, "--max-message-size", "1500", "--drain-timeout", "0",
            "--memory-limit", "1GiB", "--hub-admission", "open", "--io-threads", "2"},
           {{"PORT", "0"}, {"PIGEONHUB_LOG_LEVEL", "off"}});
  ASSERT_TRUE(config.ok()) << config.status();
  const ConfigFile file(PrintConfig(*config));
  auto again = Load({"--config", file.path()});
  ASSERT_TRUE(again.ok()) << again.status() << "\n" << PrintConfig(*config);
  again->origins = config->origins;
  EXPECT_EQ(PrintConfig(*again), PrintConfig(*config));
  EXPECT_EQ(again->hub_mesh_namespace, "a \"b\" # \xC3\xA9\\");
  EXPECT_EQ(again->port, 0);
}

TEST(Config, PrintsPoliciesThatReadBackAsTheSame) {
  const ConfigFile file(R"([namespace."a \"b\" é\\"]
who = "anyone"
issuers = ["x", "y \" z"]
max-peers = 1
announce-data = 1500
discovery-limit = 7
duplicate = "reject"
message-rate = "10/30m"
announce-rate = "off"
[namespace."*"]
)");
  const auto config = Load({"--config", file.path()});
  ASSERT_TRUE(config.ok()) << config.status();
  const std::string printed = PrintConfig(*config);
  EXPECT_NE(printed.find("\n[namespace.\"a \\\"b\\\" é\\\\\"]\nwho = \"anyone\"\n"),
            std::string::npos)
      << printed;
  const ConfigFile copy(printed);
  const auto again = Load({"--config", copy.path()});
  ASSERT_TRUE(again.ok()) << again.status() << "\n" << printed;
  EXPECT_EQ(again->namespaces, config->namespaces);
}

TEST(Config, PrintsNoSecretOfAHub) {
  const auto config = Load({"--hub-allow", std::string(kSomeId) + "=0123456789abcdef"});
  ASSERT_TRUE(config.ok()) << config.status();
  const std::string printed = PrintConfig(*config);
  EXPECT_NE(printed.find("hub-allow = [\"" + std::string(kSomeId) + "=***\"]"), std::string::npos)
      << printed;
}

TEST(Config, PrintsWhereValuesCameFrom) {
  const ConfigFile file("log-format = 'json'");
  const auto config = Load({"--config", file.path(), "--hub"}, {{"PORT", "8080"}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(
      PrintConfig(*config),
      "# Serving\n"
      "host = \"localhost\"\n"
      "port = 8080  # environment PORT\n"
      "# tls-cert: none: ws:// and http://\n"
      "# tls-key: none\n"
      "# tls-client-ca: none: clients need no certificate\n"
      "# io-threads: one a core\n"
      "drain-timeout = \"30s\"\n"
      "# ready-file: none\n"
      "\n"
      "# Pages\n"
      "dev = false\n"
      "dev-lan = false\n"
      "quiet = false\n"
      "verbose = false\n"
      "client-js = false\n"
      "# ice-url: none\n"
      "# turn-secret: none\n"
      "ice-ttl = \"1h\"\n"
      "\n"
      "# Proxies and pages\n"
      "# trust-proxy: nobody is believed\n"
      "proxy-protocol = false\n"
      "# allow-origin: any page\n"
      "\n"
      "# Hub\n"
      "hub = true  # flag --hub\n"
      "hub-mesh-namespace = \"pigeonhub-mesh\"\n"
      "# hub-peer-id: random\n"
      "# hub-admission: token; deny where there is no hub key and none can be made\n"
      "hub-allow = []\n"
      "# hub-listen: hubs come in at --port\n"
      "# hub-key: $XDG_STATE_HOME/pigeonhub/hub.key, which the hubs of a user share\n"
      "hub-token-plaintext = false\n"
      "# hub-trust: all hubs that are admitted\n"
      "hub-unsigned = \"allow\"\n"
      "# hub-ca: those that this system trusts\n"
      "# bootstrap-hub: with --hub and another port than 3000, ws://HOST:3000; with --tls-cert "
      "wss://; with --nats none\n"
      "auto-connect = true\n"
      "reconnect-interval = \"5s\"\n"
      "max-reconnect-attempts = 10\n"
      "hub-mesh-max-peers = 3\n"
      "# advertise-url: ws://HOST:PORT, or with --tls-cert wss://, unless --host is any "
      "address\n"
      "# region: none\n"
      "capability = [\"signaling\", \"relay\"]\n"
      "\n"
      "# Bus\n"
      "# nats: none\n"
      "# nats-auth: none\n"
      "# nats-ca: those that this system trusts\n"
      "# nats-cert: none\n"
      "# nats-key: none\n"
      "nats-subject = \"pigeonhub\"\n"
      "nats-grace = \"1m\"\n"
      "\n"
      "# Access\n"
      "# bans: none: a hub that starts knows the bans of the hubs it links to\n"
      "\n"
      "# Tokens of peers\n"
      "auth = \"none\"\n"
      "# token-key: none\n"
      "# token-jwks: none\n"
      "# token-issuer: any\n"
      "# token-audience: any\n"
      "token-leeway = \"1m\"\n"
      "# token-cookie: no cookie\n"
      "token-query = \"on\"\n"
      "token-expiry = \"keep\"\n"
      "\n"
      "# Control API\n"
      "# control-listen: 127.0.0.1:50051, or the next free port up to 50061\n"
      "# control-tls-cert: none\n"
      "# control-tls-key: none\n"
      "# control-tls-client-ca: none\n"
      "# control-tokens: none: whoever is on this machine is an admin\n"
      "# console-listen: 127.0.0.1:50080, or the next free port up to 50090, or any free one; off "
      "with --control-listen off\n"
      "console-behind-proxy = false\n"
      "\n"
      "# Monitoring\n"
      "# metrics-listen: 127.0.0.1:9464, or the next free port up to 9474, or any free one\n"
      "\n"
      "# Limits\n"
      "max-connections = 1000\n"
      "max-message-size = \"1MiB\"\n"
      "# max-signal-size: as --max-message-size\n"
      "link-queue = \"8MiB\"\n"
      "# hub-share: an eighth of --memory-limit, at most 128MiB\n"
      "discovery-limit = 64\n"
      "# memory-limit: three quarters of memory.max of the control group, if it has one\n"
      "cleanup-interval = \"30s\"\n"
      "\n"
      "# Rates\n"
      "# message-rate: 100/s,500; none for peers at loopback addresses\n"
      "# byte-rate: 1MiB/s, and 4MiB or one message at once; none for peers at loopback "
      "addresses\n"
      "# announce-rate: 1/s,10; none for peers at loopback addresses\n"
      "# fanout-rate: 8MiB/s,64MiB; none for peers at loopback addresses\n"
      "# address-rate: 20/s,100; none for loopback addresses\n"
      "# auth-failure-rate: 10/30m; none for loopback addresses\n"
      "# hub-registration-rate: 1/s,5; none for loopback addresses\n"
      "ipv6-prefix = 64\n"
      "\n"
      "# Log\n"
      "log-level = \"info\"\n"
      "log-format = \"json\"  # file " +
          file.path() +
          "\n# audit-log: beside the other lines of the log\n"
          "\n"
          "# Events\n"
          "# event-log: none\n"
          "event-log-size = \"64MiB\"\n"
          "event-log-keep = 5\n"
          "# webhook: none\n"
          "# webhook-kind: all but audit and signals\n"
          "# webhook-key: none\n"
          "webhook-plaintext = false\n");
}

TEST(Config, PrintsUrlsWithoutTheirSecrets) {
  const auto config = Load({"--bootstrap-hub", "wss://a/?token=s3cret", "--bootstrap-hub", "ws://b",
                            "--advertise-url", "ws://me?k=s3cret", "--nats", "nats://hub:s3cret@n1",
                            "--nats", "tls://n2:4443", "--token-jwks",
                            "https://id.example/keys?client=s3cret", "--token-audience", "hub"});
  ASSERT_TRUE(config.ok()) << config.status();
  const std::string printed = PrintConfig(*config);
  EXPECT_NE(printed.find("bootstrap-hub = [\"wss://a/?token=***\", \"ws://b\"]"), std::string::npos)
      << printed;
  EXPECT_NE(printed.find("advertise-url = \"ws://me?k=***\""), std::string::npos) << printed;
  EXPECT_NE(printed.find("nats = [\"nats://***@n1\", \"tls://n2:4443\"]"), std::string::npos)
      << printed;
  EXPECT_NE(printed.find("token-jwks = \"https://id.example/keys?client=***\""), std::string::npos)
      << printed;
  EXPECT_EQ(printed.find("s3cret"), std::string::npos) << printed;
}

TEST(Config, HelpNamesEveryOptionWithinTheWidthOfATerminal) {
  const std::string help = HelpText();
  for (const ConfigOption& option : ConfigOptions()) {
    const std::string flag =
        (option.is_negatable() ? "  --[no-]" : "  --") + std::string(option.name) + " ";
    EXPECT_NE(help.find(flag), std::string::npos) << option.name;
  }
  size_t begin = 0;
  for (size_t end; (end = help.find('\n', begin)) != std::string::npos; begin = end + 1) {
    EXPECT_LE(end - begin, 101u) << help.substr(begin, end - begin);
  }
  EXPECT_EQ(begin, help.size());
}

}  // namespace
}  // namespace pigeonhub
