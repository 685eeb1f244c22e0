// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/runtime/config_options.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using Arguments = std::vector<std::string>;
using Variables = std::map<std::string, std::string>;

const std::string kSomeId = "0123456789abcdef0123456789abcdef01234567";
const std::string kOtherId = "ABCDEF0123456789abcdef0123456789abcdef01";

absl::StatusOr<Config> Load(const Arguments& arguments, const Variables& variables = {}) {
  return LoadConfig(arguments, [&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

std::string ErrorOf(const Arguments& arguments, const Variables& variables = {}) {
  const auto config = Load(arguments, variables);
  if (config.ok()) return "no error";
  EXPECT_TRUE(absl::IsInvalidArgument(config.status())) << config.status();
  return std::string(config.status().message());
}

// A file for --config, gone when the test is over.
class ConfigFile {
 public:
  explicit ConfigFile(std::string_view text) {
    char path[] = "/tmp/pigeonhub-config-XXXXXX";
    const int fd = mkstemp(path);
    EXPECT_GE(fd, 0);
    EXPECT_EQ(write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    close(fd);
    path_ = path;
  }
  ~ConfigFile() { unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string OriginOf(const Config& config, std::string_view name) {
  const auto found = config.origins.find(name);
  return Describe(found == config.origins.end() ? Origin{} : found->second);
}

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
  EXPECT_EQ(config->cors_origin, "*");
  EXPECT_EQ(config->cleanup_interval, 30s);
  EXPECT_EQ(config->drain_timeout, 30s);
  EXPECT_TRUE(config->origins.empty());
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
                            kOtherId,
                            "--hub-key",
                            "/run/hub.keys",
                            "--hub-ca",
                            "ca.pem",
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
                            "--cors-origin",
                            "https://example.org",
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
            (std::vector<PeerId>{*PeerId::Parse(kSomeId), *PeerId::Parse(kOtherId)}));
  EXPECT_EQ(config->hub_key, "/run/hub.keys");
  EXPECT_EQ(config->hub_ca, "ca.pem");
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
  EXPECT_EQ(config->cors_origin, "https://example.org");
  EXPECT_EQ(config->cleanup_interval, 250ms);
  EXPECT_EQ(config->drain_timeout, 5s);
  EXPECT_EQ(config->io_threads, 2u);
  EXPECT_EQ(config->discovery_limit, 0u);
  EXPECT_EQ(config->memory_limit, 1073741824u);
  EXPECT_EQ(config->log_level, LogLevel::kDebug);
  EXPECT_EQ(config->log_format, LogFormat::kJson);
  EXPECT_EQ(config->ready_file, "/run/ready.json");
}

TEST(Config, ReadsEveryOptionFromTheEnvironmentAndFromAFileAlike) {
  const std::map<std::string, std::string> kValues = {
      {"host", "10.0.0.1"},
      {"port", "4000"},
      {"cors-origin", "null"},
      {"io-threads", "3"},
      {"drain-timeout", "1m"},
      {"ready-file", "r.json"},
      {"hub", "true"},
      {"hub-mesh-namespace", "mesh"},
      {"hub-peer-id", kSomeId},
      {"hub-admission", "open"},
      {"hub-allow", kSomeId},
      {"hub-key", "hub.keys"},
      {"hub-ca", "hubs.pem"},
      {"bootstrap-hub", "ws://a:3000"},
      {"auto-connect", "false"},
      {"reconnect-interval", "3s"},
      {"max-reconnect-attempts", "4"},
      {"hub-mesh-max-peers", "6"},
      {"advertise-url", "ws://me:3000"},
      {"region", "us-east"},
      {"capability", "storage"},
      {"control-listen", "unix:/run/hub.sock"},
      {"control-tls-cert", "cert.pem"},
      {"control-tls-key", "key.pem"},
      {"control-tls-client-ca", "ca.pem"},
      {"control-tokens", "tokens"},
      {"metrics-listen", "127.0.0.1:9090"},
      {"max-connections", "5"},
      {"max-message-size", "2KiB"},
      {"discovery-limit", "9"},
      {"memory-limit", "3MiB"},
      {"cleanup-interval", "1s"},
      {"log-level", "warn"},
      {"log-format", "json"},
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

TEST(Config, AnswersHelpAndVersionWhateverElseIsWrong) {
  EXPECT_EQ(Load({"--help", "--port", "x", "--config", "/nowhere"})->action, Action::kShowHelp);
  EXPECT_EQ(Load({"-h"})->action, Action::kShowHelp);
  EXPECT_EQ(Load({"--version"}, {{"PORT", "x"}})->action, Action::kShowVersion);
  EXPECT_EQ(Load({"--version", "--help", "--check-config"})->action, Action::kShowHelp);
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

TEST(Config, SaysInOneLineWhatIsWrongWithAFlag) {
  const std::pair<Arguments, std::string_view> kCases[] = {
      {{"--prot", "1"}, "unknown flag --prot; did you mean --port?"},
      {{"--max-connection=1"}, "unknown flag --max-connection; did you mean --max-connections?"},
      {{"--frobnicate"}, "unknown flag --frobnicate; --help lists them all"},
      {{"-p", "1"}, "unknown flag -p; --help lists them all"},
      {{"-port", "1"}, "unknown flag -port; did you mean --port?"},
      {{"--"}, "unknown flag --; --help lists them all"},
      {{"--no-port"}, "unknown flag --no-port; --help lists them all"},
      {{"--no-help"}, "unknown flag --no-help; --help lists them all"},
      {{"--bad\nflag"}, "unknown flag \"--bad\\nflag\"; --help lists them all"},
      {{"3000"}, "unexpected argument 3000; flags look like --port 3000"},
      {{"--port"}, "--port: needs a value (N)"},
      {{"--version=1"}, "--version: takes no value"},
      {{"--port", "70000"}, "--port: 70000 is not a port (0 to 65535)"},
      {{"--port", "-1"}, "--port: -1 is not a port (0 to 65535)"},
      {{"--port="}, "--port: needs a value (N)"},
      {{"--port", "80 "}, "--port: \"80 \" is not a port (0 to 65535)"},
      {{"--hub=maybe"}, "--hub: maybe is neither true nor false"},
      {{"--host", ""}, "--host: \"\" is not an address or a host name"},
      {{"--host", "a b"}, "--host: \"a b\" is not an address or a host name"},
      {{"--io-threads", "0"}, "--io-threads: 0 is not a number (1 to 256)"},
      {{"--io-threads", "257"}, "--io-threads: 257 is not a number (1 to 256)"},
      {{"--max-connections", "0"}, "--max-connections: 0 is not a number (1 to 1000000)"},
      {{"--max-connections", "99999999999999999999"},
       "--max-connections: 99999999999999999999 is not a number (1 to 1000000)"},
      {{"--max-message-size", "1Mib/s"},
       "--max-message-size: 1Mib/s is not a size (such as 64KiB, 1MiB, 2MB; a plain number is "
       "bytes)"},
      {{"--max-message-size", "1"}, "--max-message-size: 1 is not between 1KiB and 1GiB"},
      {{"--cleanup-interval", "soon"},
       "--cleanup-interval: soon is not a duration (such as 5s, 250ms, 2m; a plain number is "
       "milliseconds)"},
      {{"--cleanup-interval", "0"}, "--cleanup-interval: 0 is not between 1ms and 24h"},
      {{"--drain-timeout", "25h"}, "--drain-timeout: 25h is not between 0 and 24h"},
      {{"--log-level", "loud"}, "--log-level: loud is none of debug, info, warn, error, off"},
      {{"--log-format", "xml"}, "--log-format: xml is none of text, json"},
      {{"--hub-admission", "key"}, "--hub-admission: key is none of open, token, deny"},
      {{"--bootstrap-hub", "localhost:3000"},
       "--bootstrap-hub: localhost:3000 is not the address of a hub (ws://HOST:PORT or "
       "wss://HOST:PORT)"},
      {{"--advertise-url", "ws://a b"},
       "--advertise-url: \"ws://a b\" is not the address of a hub (ws://HOST:PORT or "
       "wss://HOST:PORT)"},
      {{"--region", ""},
       "--region: \"\" is not a name (1 to 64 bytes of UTF-8, no control characters)"},
      {{"--hub-peer-id", "ab"}, "--hub-peer-id: ab is not a peer id (40 hexadecimal digits)"},
      {{"--hub-allow", kSomeId, "--hub-allow", "xy"},
       "--hub-allow: xy is not a peer id (40 hexadecimal digits)"},
      {{"--hub-mesh-namespace", " "},
       "--hub-mesh-namespace: \" \" is not a namespace name (1 to 1024 bytes of UTF-8, no control "
       "characters)"},
      {{"--cors-origin", "a\r\nb"},
       "--cors-origin: \"a\\u000d\\nb\" is not an origin (such as https://example.org) or *"},
      {{"--ready-file", ""}, "--ready-file: \"\" is not a file name"},
  };
  for (const auto& [arguments, error] : kCases) EXPECT_EQ(ErrorOf(arguments), error);
  EXPECT_EQ(ErrorOf({"--hub-mesh-namespace", std::string(1025, 'a')}).substr(0, 23),
            "--hub-mesh-namespace: a");
}

TEST(Config, SaysInOneLineWhatIsWrongInAFile) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"prot = 1", ":1: unknown key \"prot\"; did you mean \"port\"?"},
      {"\nfrobnicate = 1", ":2: unknown key \"frobnicate\""},
      {"port = 70000", ":1: port: 70000 is not a port (0 to 65535)"},
      {"port = [1, 2]", ":1: port: takes one value, no list"},
      {"port = []", ":1: port: takes one value, no list"},
      {"config = 'x'", ":1: config cannot be set in a file"},
      {"help = true", ":1: help cannot be set in a file"},
      {"hub-allow = ['xy']", ":1: hub-allow: xy is not a peer id (40 hexadecimal digits)"},
      {"host = localhost", ":1: Error while parsing value: could not determine value type"},
  };
  for (const auto& [text, error] : kCases) {
    const ConfigFile file(text);
    // What the file says is checked even where a flag overrides it.
    EXPECT_EQ(ErrorOf({"--config", file.path(), "--port", "1"}), file.path() + std::string(error));
  }
}

TEST(Config, TellsAFileThatCannotBeReadFromAWrongOne) {
  const auto missing = Load({"--config", "/nowhere/hub.toml"});
  EXPECT_TRUE(absl::IsUnavailable(missing.status()));
  EXPECT_EQ(missing.status().message(), "cannot read /nowhere/hub.toml: No such file or directory");
  EXPECT_EQ(Load({"--config", "/"}).status().message(), "cannot read /: Is a directory");
  EXPECT_EQ(Load({"--config", "/dev/zero"}).status().message(),
            "cannot read /dev/zero: File too large");
}

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

TEST(Config, PrintsWhereValuesCameFrom) {
  const ConfigFile file("log-format = 'json'");
  const auto config = Load({"--config", file.path(), "--hub"}, {{"PORT", "8080"}});
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(
      PrintConfig(*config),
      "# Serving\n"
      "host = \"localhost\"\n"
      "port = 8080  # environment PORT\n"
      "cors-origin = \"*\"\n"
      "# io-threads: one a core\n"
      "drain-timeout = \"30s\"\n"
      "# ready-file: none\n"
      "\n"
      "# Hub\n"
      "hub = true  # flag --hub\n"
      "hub-mesh-namespace = \"pigeonhub-mesh\"\n"
      "# hub-peer-id: random\n"
      "# hub-admission: token with --hub-key; else open on a loopback --host, deny elsewhere\n"
      "hub-allow = []\n"
      "# hub-key: none\n"
      "# hub-ca: those that this system trusts\n"
      "bootstrap-hub = []\n"
      "auto-connect = true\n"
      "reconnect-interval = \"5s\"\n"
      "max-reconnect-attempts = 10\n"
      "hub-mesh-max-peers = 3\n"
      "# advertise-url: ws://HOST:PORT, unless --host is any address\n"
      "# region: none\n"
      "capability = [\"signaling\", \"relay\"]\n"
      "\n"
      "# Control API\n"
      "# control-listen: 127.0.0.1:50051, or the next free port up to 50061\n"
      "# control-tls-cert: none\n"
      "# control-tls-key: none\n"
      "# control-tls-client-ca: none\n"
      "# control-tokens: none: whoever is on this machine is an admin\n"
      "\n"
      "# Monitoring\n"
      "# metrics-listen: beside the peers, on --port\n"
      "\n"
      "# Limits\n"
      "max-connections = 1000\n"
      "max-message-size = \"1MiB\"\n"
      "discovery-limit = 64\n"
      "memory-limit = 0\n"
      "cleanup-interval = \"30s\"\n"
      "\n"
      "# Log\n"
      "log-level = \"info\"\n"
      "log-format = \"json\"  # file " +
          file.path() + "\n");
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
