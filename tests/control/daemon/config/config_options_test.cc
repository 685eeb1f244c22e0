// SPDX-License-Identifier: Apache-2.0
//
// What each option means.
#include "control/daemon/config/config_options.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tests/control/daemon/config/loaded_config.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

TEST(Config, HasTheReferenceServersDefaults) {
  const auto config = Load({});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->action, Action::kServe);
  EXPECT_EQ(config->host, "localhost");
  EXPECT_EQ(config->port, std::nullopt);
  EXPECT_FALSE(config->hub);
  EXPECT_EQ(config->hub_mesh_namespace, "pigeonhub-mesh");
  EXPECT_EQ(config->max_connections, 1000u);
  EXPECT_EQ(config->max_message_size, 1048576u);
  EXPECT_TRUE(config->allow_origins.empty());
  EXPECT_TRUE(config->trust_proxies.empty());
  EXPECT_EQ(config->cleanup_interval, 30s);
  EXPECT_EQ(config->drain_timeout, 30s);
  EXPECT_TRUE(config->origins.empty());
}

TEST(Config, MakesAHubOfWhoIsOnNats) {
  const auto config = Load({"--nats", "nats://n1", "--nats=tls://user:pw@n2:4443"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->nats, (std::vector<std::string>{"nats://n1", "tls://user:pw@n2:4443"}));
  EXPECT_TRUE(config->hub);
  EXPECT_EQ(OriginOf(*config, "hub"), "flag --nats");
  EXPECT_EQ(config->nats_subject, "pigeonhub");
  EXPECT_EQ(config->nats_grace, 60s);
  EXPECT_EQ(Load({}, {{"PIGEONHUB_NATS", "nats://n1, nats://n2"}})->nats.size(), 2u);
}

TEST(Config, ReadsEveryFlag) {
  const auto config = Load({"--host",
                            "0.0.0.0",
                            "--port=8080",
                            "--hub",
                            "--hub-mesh-namespace",
                            "my mesh",
                            "--hub-peer-id",
                            kSomeId,
                            "--hub-admission",
                            "deny",
                            "--hub-allow",
                            kSomeId,
                            "--hub-allow",
                            kOtherId + "=0123456789abcdef",
                            "--hub-key",
                            "/run/hub.keys",
                            "--hub-token-plaintext",
                            "--hub-trust",
                            "/run/hubs",
                            "--hub-unsigned",
                            "refuse",
                            "--hub-ca",
                            "ca.pem",
                            "--bans",
                            "/var/lib/bans",
                            "--bootstrap-hub",
                            "ws://a:3000",
                            "--bootstrap-hub",
                            "wss://b.example",
                            "--no-auto-connect",
                            "--reconnect-interval",
                            "2s",
                            "--max-reconnect-attempts",
                            "0",
                            "--hub-mesh-max-peers",
                            "5",
                            "--advertise-url",
                            "wss://hub.example/ws",
                            "--region",
                            "eu-west",
                            "--capability",
                            "relay",
                            "--max-connections",
                            "7",
                            "--max-message-size",
                            "64KiB",
                            "--tls-cert",
                            "/run/tls.crt",
                            "--tls-key",
                            "/run/tls.key",
                            "--tls-client-ca",
                            "/run/ca.crt",
                            "--trust-proxy",
                            "10.0.0.0/8",
                            "--trust-proxy",
                            "2001:db8::/32",
                            "--proxy-protocol",
                            "--allow-origin",
                            "https://example.org",
                            "--allow-origin",
                            "same",
                            "--cleanup-interval",
                            "250ms",
                            "--drain-timeout",
                            "5000",
                            "--io-threads",
                            "2",
                            "--discovery-limit",
                            "0",
                            "--memory-limit",
                            "1GiB",
                            "--log-level",
                            "debug",
                            "--log-format",
                            "json",
                            "--ready-file",
                            "/run/ready.json"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->host, "0.0.0.0");
  EXPECT_EQ(config->port, 8080);
  EXPECT_TRUE(config->hub);
  EXPECT_EQ(config->hub_mesh_namespace, "my mesh");
  EXPECT_EQ(config->hub_peer_id, PeerId::Parse(kSomeId));
  EXPECT_EQ(config->hub_admission, HubAdmission::kDeny);
  EXPECT_EQ(config->hub_allow,
            (std::vector<AllowedHub>{{*PeerId::Parse(kSomeId)},
                                     {*PeerId::Parse(kOtherId), "", "0123456789abcdef"}}));
  EXPECT_EQ(config->tls_cert, "/run/tls.crt");
  EXPECT_EQ(config->tls_key, "/run/tls.key");
  EXPECT_EQ(config->tls_client_ca, "/run/ca.crt");
  EXPECT_EQ(config->hub_key, "/run/hub.keys");
  EXPECT_EQ(config->hub_trust, "/run/hubs");
  EXPECT_TRUE(config->hub_token_plaintext);
  EXPECT_EQ(config->hub_unsigned, HubUnsigned::kRefuse);
  EXPECT_EQ(config->hub_ca, "ca.pem");
  EXPECT_EQ(config->bans, "/var/lib/bans");
  EXPECT_EQ(config->bootstrap_hubs, (std::vector<std::string>{"ws://a:3000", "wss://b.example"}));
  EXPECT_FALSE(config->auto_connect);
  EXPECT_EQ(config->reconnect_interval, 2s);
  EXPECT_EQ(config->max_reconnect_attempts, 0u);
  EXPECT_EQ(config->hub_mesh_max_peers, 5u);
  EXPECT_EQ(config->advertise_url, "wss://hub.example/ws");
  EXPECT_EQ(config->region, "eu-west");
  EXPECT_EQ(config->capabilities, std::vector<std::string>{"relay"});
  EXPECT_EQ(config->max_connections, 7u);
  EXPECT_EQ(config->max_message_size, 65536u);
  EXPECT_EQ(config->trust_proxies, (std::vector<std::string>{"10.0.0.0/8", "2001:db8::/32"}));
  EXPECT_TRUE(config->proxy_protocol);
  EXPECT_EQ(config->allow_origins, (std::vector<std::string>{"https://example.org", "same"}));
  EXPECT_EQ(config->cleanup_interval, 250ms);
  EXPECT_EQ(config->drain_timeout, 5s);
  EXPECT_EQ(config->io_threads, 2u);
  EXPECT_EQ(config->discovery_limit, 0u);
  EXPECT_EQ(config->memory_limit, 1073741824u);
  EXPECT_EQ(config->log_level, LogLevel::kDebug);
  EXPECT_EQ(config->log_format, LogFormat::kJson);
  EXPECT_EQ(config->ready_file, "/run/ready.json");
}

TEST(Config, AddsUpTheUnitsOfADurationWhereverItIsGiven) {
  Config file;
  ASSERT_TRUE(ApplyConfigText("drain-timeout = \"1m30s\"", "hub.toml", file).ok());
  EXPECT_EQ(file.drain_timeout, 90s);
  EXPECT_EQ(Load({"--drain-timeout", "1m30s"})->drain_timeout, 90s);
  EXPECT_EQ(Load({}, {{"PIGEONHUB_DRAIN_TIMEOUT", "1m30s"}})->drain_timeout, 90s);
}

TEST(Config, ReadsEveryOptionFromTheEnvironmentAndFromAFileAlike) {
  const std::map<std::string, std::string> kValues = {
      {"host", "10.0.0.1"},
      {"port", "4000"},
      {"dev", "false"},
      {"dev-lan", "false"},
      {"quiet", "true"},
      {"verbose", "true"},
      {"client-js", "true"},
      {"ice-url", "turns:turn.example.org:5349?transport=tcp"},
      {"turn-secret", "turn.secret"},
      {"ice-ttl", "10m"},
      {"tls-cert", "hub.pem"},
      {"tls-key", "hub.key"},
      {"tls-client-ca", "peers.pem"},
      {"trust-proxy", "10.0.0.0/8"},
      {"proxy-protocol", "true"},
      {"allow-origin", "https://*.example.org"},
      {"io-threads", "3"},
      {"drain-timeout", "1m"},
      {"ready-file", "r.json"},
      {"hub", "true"},
      {"hub-mesh-namespace", "mesh"},
      {"hub-peer-id", kSomeId},
      {"hub-admission", "open"},
      {"hub-allow", kSomeId},
      {"hub-listen", "127.0.0.1:3001"},
      {"hub-key", "hub.keys"},
      {"hub-token-plaintext", "true"},
      {"hub-trust", "hubs"},
      {"hub-unsigned", "refuse"},
      {"hub-ca", "hubs.pem"},
      {"nats", "tls://n:4443"},
      {"nats-auth", "hub.creds"},
      {"nats-ca", "nats.pem"},
      {"nats-cert", "hub.pem"},
      {"nats-key", "hub-key.pem"},
      {"nats-subject", "eu.hubs"},
      {"nats-grace", "30s"},
      {"bans", "bans.txt"},
      {"bootstrap-hub", "ws://a:3000"},
      {"auto-connect", "false"},
      {"reconnect-interval", "3s"},
      {"max-reconnect-attempts", "4"},
      {"hub-mesh-max-peers", "6"},
      {"advertise-url", "ws://me:3000"},
      {"region", "us-east"},
      {"capability", "storage"},
      {"auth", "required"},
      {"token-key", "2026-11.pem"},
      {"token-jwks", "https://app.example/jwks.json"},
      {"token-issuer", "https://app.example"},
      {"token-audience", "hub.example.org"},
      {"token-leeway", "5s"},
      {"token-cookie", "token"},
      {"token-query", "off"},
      {"token-expiry", "close"},
      {"control-listen", "unix:/run/hub.sock"},
      {"control-tls-cert", "cert.pem"},
      {"control-tls-key", "key.pem"},
      {"control-tls-client-ca", "ca.pem"},
      {"control-tokens", "tokens"},
      {"console-listen", "0.0.0.0:8443"},
      {"console-behind-proxy", "true"},
      {"metrics-listen", "127.0.0.1:9090"},
      {"max-connections", "5"},
      {"max-message-size", "2KiB"},
      {"max-signal-size", "1KiB"},
      {"link-queue", "2MiB"},
      {"hub-share", "4MiB"},
      {"discovery-limit", "9"},
      {"message-rate", "50/s,70"},
      {"byte-rate", "2MiB/s,5MiB"},
      {"announce-rate", "2/m"},
      {"fanout-rate", "1MiB/s,4MiB"},
      {"address-rate", "5/s,9"},
      {"auth-failure-rate", "3/1h30m"},
      {"hub-registration-rate", "off"},
      {"ipv6-prefix", "56"},
      {"memory-limit", "3MiB"},
      {"cleanup-interval", "1s"},
      {"log-level", "warn"},
      {"log-format", "json"},
      {"audit-log", "audit.log"},
      {"event-log", "events.jsonl"},
      {"event-log-size", "1MiB"},
      {"event-log-keep", "7"},
      {"webhook", "https://app.example/hook"},
      {"webhook-kind", "peerConnected"},
      {"webhook-key", "webhook.keys"},
      {"webhook-plaintext", "true"},
  };
  Variables variables;
  std::string file;
  Arguments flags;
  for (const ConfigOption& option : ConfigOptions()) {
    if (option.reach != Reach::kEverywhere) continue;
    const auto value = kValues.find(std::string(option.name));
    ASSERT_NE(value, kValues.end()) << option.name << " is not in this test";
    flags.push_back("--" + value->first + "=" + value->second);
    file += value->first + " = '" + value->second + "'\n";
    std::string variable = "PIGEONHUB_" + value->first;
    for (char& c : variable) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
    variables[variable] = value->second;
  }
  const auto without_origins = [&](absl::StatusOr<Config> config) -> std::string {
    if (!config.ok()) return config.status().ToString();
    EXPECT_EQ(config->origins.size(), kValues.size());
    config->origins.clear();
    config->config_file.clear();
    return PrintConfig(*config);
  };
  const ConfigFile config_file(file);
  const std::string from_flags = without_origins(Load(flags));
  EXPECT_EQ(without_origins(Load({}, variables)), from_flags);
  // The name of the file has an origin too.
  auto from_file = Load({"--config", config_file.path()});
  ASSERT_TRUE(from_file.ok()) << from_file.status();
  from_file->origins.erase("config");
  EXPECT_EQ(without_origins(from_file), from_flags);
}

TEST(Config, TakesTheOldNameOfAnOptionWhereverItTakesTheNewOne) {
  const std::vector<std::string> kOne = {"https://a.example"};
  EXPECT_EQ(Load({"--cors-origin", "https://a.example"})->allow_origins, kOne);
  EXPECT_EQ(Load({}, {{"PIGEONHUB_CORS_ORIGIN", "https://a.example"}})->allow_origins, kOne);
  EXPECT_TRUE(Load({}, {{"PIGEONHUB_CORS_ORIGIN", "*"}})->unknown_variables.empty());
  EXPECT_EQ(Load({}, {{"CORS_ORIGIN", "https://a.example"}})->allow_origins, kOne);
  const ConfigFile file("cors-origin = 'https://a.example'");
  EXPECT_EQ(Load({"--config", file.path()})->allow_origins, kOne);
  EXPECT_EQ(
      Load({"--cors-origin", "https://a.example", "--allow-origin", "same"})->allow_origins.size(),
      2u);
  EXPECT_EQ(Load({"--cors-origin", "x"}).status().message().substr(0, 15), "--cors-origin: ");
  EXPECT_EQ(Load({"--cors-origin"}).status().message(), "--cors-origin: needs a value (ORIGIN)");
}

TEST(Config, TakesAnAddressInBrackets) {
  const auto config = Load({"--host", "[::1]"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->host, "::1");
}

TEST(Config, TrimsTheMeshNamespace) {
  const auto config = Load({"--hub-mesh-namespace", "  mine \n"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->hub_mesh_namespace, "mine");
}

TEST(Config, ReadsWhatAProbeAsksOfWhichHub) {
  const auto config = Load({"--probe", "live", "--port", "8080"});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->action, Action::kProbe);
  EXPECT_EQ(config->probe, Health::kLive);
  EXPECT_EQ(config->port, 8080);
  EXPECT_EQ(Load({"--probe", "--hub"})->probe, Health::kReady) << "alone it asks for ready";
  EXPECT_EQ(Load({"--probe=live"})->probe, Health::kLive);
  EXPECT_EQ(Load({"--probe", "dead"}).status().message(), "--probe: dead is none of live, ready");
}

}  // namespace
}  // namespace pigeonhub
