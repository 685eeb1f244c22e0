// SPDX-License-Identifier: Apache-2.0
//
// The program as a shell sees it: arguments, output, exit codes, signals, files.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "pigeonhub_version.h"
#include "tests/control/daemon/supervisor_socket.h"
#include "tests/support/loopback_socket.h"
#include "tests/support/process.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

// The few ports of the control API and of metrics are left to others, unless a flag says otherwise.
class Pigeonhub : public Process {
 public:
  explicit Pigeonhub(const std::vector<std::string>& arguments,
                     const std::vector<std::string>& variables = {})
      : Process(PIGEONHUB_BINARY, arguments, WithoutFixedPorts(variables)) {}

 private:
  static std::vector<std::string> WithoutFixedPorts(std::vector<std::string> variables) {
    variables.emplace_back("PIGEONHUB_CONTROL_LISTEN=off");
    variables.emplace_back("PIGEONHUB_METRICS_LISTEN=off");
    return variables;
  }
};

// A folder of the test's own.
class PigeonhubTest : public testing::Test {
 protected:
  PigeonhubTest() {
    char path[] = "/tmp/pigeonhub-test-XXXXXX";
    EXPECT_NE(mkdtemp(path), nullptr);
    folder_ = path;
  }
  ~PigeonhubTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name)) << text;
    std::filesystem::permissions(Path(name), std::filesystem::perms(0600));
    return Path(name);
  }
  static std::string ReadFile(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string folder_;
};

// One line, and nothing on stdout.
void ExpectRefusal(Process& process, int code, const std::string& begin) {
  EXPECT_EQ(process.ReadAll(), "");
  const std::string errors = process.ReadAllErrors();
  EXPECT_TRUE(errors.starts_with(begin)) << errors;
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
  EXPECT_EQ(process.Wait(), code);
}

TEST_F(PigeonhubTest, TellsItsVersion) {
  Pigeonhub hub({"--version"});
  EXPECT_EQ(hub.ReadAll(), "pigeonhub " + std::string(kVersion) + "\n");
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, ExplainsItsFlagsOnStdout) {
  Pigeonhub hub({"--help"});
  const std::string help = hub.ReadAll();
  EXPECT_TRUE(help.starts_with("usage: pigeonhub [flags]\n")) << help;
  EXPECT_NE(help.find("--max-connections N"), std::string::npos);
  EXPECT_EQ(hub.ReadAllErrors(), "");
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, RefusesAWrongFlagInOneLine) {
  Pigeonhub hub({"--prot", "3000"});
  ExpectRefusal(hub, 2, "pigeonhub: unknown flag --prot; did you mean --port?\n");
}

TEST_F(PigeonhubTest, RefusesAWrongVariableByName) {
  Pigeonhub hub({}, {"PIGEONHUB_PORT=seventy"});
  ExpectRefusal(
      hub, 2,
      "pigeonhub: PIGEONHUB_PORT: seventy is not a whole number; give a port from 0 to 65535\n");
}

TEST_F(PigeonhubTest, RefusesAWrongFileWithItsLine) {
  const std::string path = Write("hub.toml", "\nprot = 1\n");
  Pigeonhub hub({"--config", path, "--check-config"});
  ExpectRefusal(hub, 2,
                "pigeonhub: " + path + ":2: unknown key \"prot\"; did you mean \"port\"?\n");
}

TEST_F(PigeonhubTest, TellsAFileItCannotReadFromAWrongOne) {
  Pigeonhub hub({"--config", Path("missing.toml")});
  ExpectRefusal(hub, 1,
                "pigeonhub: cannot read " + Path("missing.toml") +
                    ": No such file or directory; check the path\n");
}

TEST_F(PigeonhubTest, RefusesATakenPortInOneLine) {
  LoopbackSocket taken;
  const std::string port = std::to_string(taken.Listen());
  Pigeonhub hub({"--host", "127.0.0.1", "--port", port});
  EXPECT_EQ(hub.ReadAll(), "");
  const std::string errors = hub.ReadAllErrors();
  EXPECT_TRUE(errors.starts_with("pigeonhub: ")) << errors;
  EXPECT_NE(errors.find(port), std::string::npos) << errors;
  EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1) << errors;
  EXPECT_EQ(hub.Wait(), 1);
}

TEST_F(PigeonhubTest, ChecksAConfigurationWithoutServing) {
  Pigeonhub hub({"--config", Write("hub.toml", "hub = true\n"), "--check-config"});
  EXPECT_EQ(hub.ReadAll(), "configuration ok\n");
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, PrintsAConfigurationItReadsAgain) {
  Pigeonhub first({"--print-config", "--hub", "--port", "0", "--hub-mesh-namespace", "a # \"b\""},
                  {"MAX_CONNECTIONS=5"});
  const std::string printed = first.ReadAll();
  EXPECT_EQ(first.Wait(), 0);
  EXPECT_NE(printed.find("max-connections = 5  # environment MAX_CONNECTIONS\n"), std::string::npos)
      << printed;

  const std::string path = Write("hub.toml", printed);
  Pigeonhub second({"--config", path, "--print-config"});
  const std::string again = second.ReadAll();
  EXPECT_EQ(second.Wait(), 0);
  EXPECT_NE(again.find("max-connections = 5  # file " + path + "\n"), std::string::npos) << again;
  EXPECT_NE(again.find("hub-mesh-namespace = \"a # \\\"b\\\"\""), std::string::npos) << again;
}

TEST_F(PigeonhubTest, SaysWhereItServesAndStopsOnSigterm) {
  Pigeonhub hub({"--port", "0"});
  const std::string line = hub.ReadLine();
  const std::string port = std::to_string(PortIn(line));
  EXPECT_TRUE(line.starts_with("pigeonhub " + std::string(kVersion) +
                               " serving ws://localhost:" + port + " (127.0.0.1:" + port))
      << line;
  EXPECT_TRUE(line.ends_with(" as a plain server; try curl http://localhost:" + port + "/health"))
      << line;
  hub.Signal(SIGTERM);
  EXPECT_EQ(hub.ReadAll(), "") << "stdout is that one line";
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, StopsOnCtrlCAndTakesAClosingTerminalCalmly) {
  Pigeonhub hub({"--port", "0", "--hub"});
  EXPECT_NE(hub.ReadLine().find(" as a hub of pigeonhub-mesh;"), std::string::npos);
  hub.Signal(SIGHUP);
  hub.Signal(SIGINT);
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, SaysWhichVariableNamesNoAddress) {
  Pigeonhub hub({}, {"HOST=x86_64-conda-linux-gnu"});
  ExpectRefusal(hub, 2, "pigeonhub: HOST: x86_64-conda-linux-gnu is no address to listen on; ");
}

TEST_F(PigeonhubTest, IsNotOpenToOthersForDevelopment) {
  Pigeonhub hub({"--dev", "--host", "0.0.0.0"});
  ExpectRefusal(hub, 2, "pigeonhub: host: dev is for this machine alone, ");
}

TEST_F(PigeonhubTest, MakesAKeyForDevelopmentAndATokenForIt) {
  Pigeonhub hub({"--dev", "--auth", "required", "--port", "0"});
  const std::string line = hub.ReadLine();
  EXPECT_NE(line.find(" as a plain server, for development: everything in memory, this machine "
                      "only; "),
            std::string::npos)
      << line;
  const auto port = static_cast<uint16_t>(PortIn(line));
  EXPECT_NE(HttpGet(port, "/").find("Demo:   /demo\n"), std::string::npos);
  EXPECT_TRUE(HttpGet(port, "/dmeo").starts_with("HTTP/1.1 404 "));
  hub.Signal(SIGTERM);
  const std::string log = hub.ReadAllErrors();
  EXPECT_NE(log.find(" token=eyJ"), std::string::npos) << log;
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, WarnsOfAMisspelledVariableAndServes) {
  Pigeonhub hub({"--port", "0"}, {"PIGEONHUB_MAX_CONECTIONS=5", "PIGEONHUB_SERVICE_HOST=10.0.0.1"});
  hub.ReadLine();
  hub.Signal(SIGTERM);
  const std::string log = hub.ReadAllErrors();
  EXPECT_NE(log.find("WARN  unknown variable, it has no effect; did you mean the other one? "
                     "variable=PIGEONHUB_MAX_CONECTIONS meant=PIGEONHUB_MAX_CONNECTIONS\n"),
            std::string::npos)
      << log;
  EXPECT_EQ(log.find("SERVICE_HOST"), std::string::npos) << log;
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, RefusesAMisspelledVariableWhereItOnlyChecks) {
  Pigeonhub hub({"--check-config"}, {"PIGEONHUB_MAX_CONECTIONS=5"});
  ExpectRefusal(hub, 2,
                "pigeonhub: PIGEONHUB_MAX_CONECTIONS: there is no such variable; did you mean "
                "PIGEONHUB_MAX_CONNECTIONS?\n");
}

// What a hub says on stderr from its start to its end.
std::string LogOf(std::vector<std::string> arguments,
                  const std::vector<std::string>& variables = {}) {
  arguments.insert(arguments.begin(), {"--port", "0", "--hub", "--no-auto-connect"});
  Pigeonhub hub(arguments, variables);
  hub.ReadLine();
  hub.Signal(SIGTERM);
  std::string log = hub.ReadAllErrors();
  EXPECT_EQ(hub.Wait(), 0);
  return log;
}

TEST_F(PigeonhubTest, WarnsWhereAnybodyCanBecomeAHub) {
  const std::string warning = "WARN  --hub-admission open: whoever reaches this hub";
  for (const std::string host : {"0.0.0.0", "127.0.0.1"}) {
    const std::string log = LogOf({"--host", host, "--hub-admission", "open"});
    EXPECT_NE(log.find(warning), std::string::npos) << log;
    EXPECT_EQ(LogOf({"--host", host}).find(warning), std::string::npos);
  }
}

TEST_F(PigeonhubTest, WarnsOfAHubThatIsKnownByItsIdAlone) {
  const std::string id(40, 'a');
  const std::string warning = "WARN  --hub-allow admits whoever has this id";
  const std::string log = LogOf({"--hub-allow", id});
  EXPECT_NE(log.find(warning), std::string::npos) << log;
  for (const std::string more : {"@10.0.0.0/8", "=0123456789abcdef"}) {
    const std::string quiet = LogOf({"--hub-allow", id + more});
    EXPECT_EQ(quiet.find(warning), std::string::npos) << quiet;
    EXPECT_EQ(quiet.find("0123456789abcdef"), std::string::npos) << "secrets are not logged";
  }
}

TEST_F(PigeonhubTest, WarnsOfAHubToWhichNoTokenIsShown) {
  const std::string warning = "WARN  no hub token is shown at this address";
  const std::string log = LogOf({"--bootstrap-hub", "ws://hub.invalid:3000/?x=secret"});
  EXPECT_NE(log.find(warning), std::string::npos) << log;
  EXPECT_EQ(log.find("secret"), std::string::npos) << log;
  for (const std::vector<std::string>& quiet :
       {std::vector<std::string>{"--bootstrap-hub", "wss://hub.invalid"},
        std::vector<std::string>{"--bootstrap-hub", "ws://127.0.0.1:1"},
        std::vector<std::string>{"--bootstrap-hub", "ws://hub.invalid:3000",
                                 "--hub-token-plaintext"}}) {
    EXPECT_EQ(LogOf(quiet).find(warning), std::string::npos) << quiet[1];
  }
}

TEST_F(PigeonhubTest, WarnsOfTokensThatNobodyAsksFor) {
  const std::string keys = Write("app.keys", "0123456789abcdef0123456789abcdef\n");
  const std::string config = Write("hub.toml", "[namespace.\"members\"]\nwho = 'token'\n");
  const std::string of_keys = "WARN  there are keys for tokens, but --auth is none";
  const std::string of_policy = "WARN  nobody can enter: the policy asks for a token";
  const std::string log = LogOf({"--token-key", keys, "--config", config});
  EXPECT_NE(log.find(of_keys), std::string::npos) << log;
  EXPECT_NE(log.find(of_policy), std::string::npos) << log;
  const std::string quiet = LogOf({"--token-key", keys, "--config", config, "--auth", "optional"});
  EXPECT_EQ(quiet.find(of_keys), std::string::npos) << quiet;
  EXPECT_EQ(quiet.find(of_policy), std::string::npos) << quiet;
}

TEST_F(PigeonhubTest, SharesAKeyWithTheOtherHubsOfItsUser) {
  const std::string state = "XDG_STATE_HOME=" + Path("state");
  const std::string path = Path("state/pigeonhub/hub.key");
  LogOf({}, {state});
  const std::string key = ReadFile(path);
  EXPECT_TRUE(key.starts_with("# The hubs of this user know each other by this key")) << key;
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  LogOf({}, {state});
  EXPECT_EQ(ReadFile(path), key);

  std::filesystem::permissions(path, std::filesystem::perms(0666));
  Pigeonhub exposed({"--port", "0", "--hub"}, {state});
  ExpectRefusal(exposed, 2, "pigeonhub: " + path + " holds a secret, and other users may ");
}

TEST_F(PigeonhubTest, WarnsOfAKeyOfItsUserThatEverybodyMayRead) {
  if (geteuid() != 0) GTEST_SKIP() << "only root makes files of root's; of others it is refused";
  const std::string state = "XDG_STATE_HOME=" + Path("state");
  const std::string id(40, '7');
  const std::vector<std::string> words = {"--hub-peer-id", id};
  const std::string warning = "every user of this machine can read a file that holds a secret";
  EXPECT_EQ(LogOf(words, {state}).find(warning), std::string::npos);
  for (const std::string& name : {std::string("hub.key"), "signing-" + id + ".key"}) {
    const std::string path = Path("state/pigeonhub/" + name);
    std::filesystem::permissions(path, std::filesystem::perms(0644));
    const std::string log = LogOf(words, {state});
    EXPECT_NE(log.find(warning), std::string::npos) << log;
    EXPECT_NE(log.find("/pigeonhub/" + name.substr(0, 7)), std::string::npos) << log;
    std::filesystem::permissions(path, std::filesystem::perms(0600));
  }
}

TEST_F(PigeonhubTest, AdmitsNoHubWhereItCannotMakeTheKeyAndSaysSo) {
  const std::string in_the_way = Write("state", "a file, and no folder");
  Pigeonhub hub({"--port", "0", "--hub", "--no-auto-connect"}, {"XDG_STATE_HOME=" + in_the_way});
  const std::string line = hub.ReadLine();
  EXPECT_NE(line.find("; no other hub may link to it without --hub-key or --hub-allow;"),
            std::string::npos)
      << line;
  hub.Signal(SIGTERM);
  const std::string log = hub.ReadAllErrors();
  EXPECT_NE(log.find("WARN  no hub with a key admits this hub; --hub-key names a key file "
                     "problem=\"cannot make " +
                     in_the_way + "/pigeonhub/hub.key: Not a directory\""),
            std::string::npos)
      << log;
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, TakesKeyAndTokenFilesThatWereSavedOnWindows) {
  const std::string keys = Write("hub.keys",
                                 "\xEF\xBB\xBF"
                                 "0123456789abcdef0123456789abcdef\r\n");
  const std::string tokens = Write("tokens",
                                   "\xEF\xBB\xBF"
                                   "# who\r\nme admin 0123456789abcdef\r\n");
  Pigeonhub hub({"--hub-key", keys, "--control-tokens", tokens, "--check-config"});
  EXPECT_EQ(hub.ReadAll(), "configuration ok\n");
  EXPECT_EQ(hub.ReadAllErrors(), "");
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, NamesTheFlagOfAnAddressThatIsTaken) {
  Pigeonhub first({"--port", "0", "--control-listen", "off"});
  const std::string taken = "localhost:" + std::to_string(PortIn(first.ReadLine()));
  for (const std::string flag : {"--metrics-listen", "--hub-listen"}) {
    Pigeonhub second({"--port", "0", "--control-listen", "off", flag, taken});
    EXPECT_EQ(second.Wait(), 1);
    const std::string error = second.ReadAllErrors();
    EXPECT_NE(error.find("pigeonhub: " + flag + ": port "), std::string::npos) << error;
  }
  first.Signal(SIGTERM);
  EXPECT_EQ(first.Wait(), 0);
}

TEST_F(PigeonhubTest, SaysAsJsonWhyItDoesNotServe) {
  Pigeonhub first({"--port", "0", "--control-listen", "off"});
  const std::string port = std::to_string(PortIn(first.ReadLine()));
  Pigeonhub hub({"--port", port, "--log-format", "json", "--log-level", "off"});
  EXPECT_EQ(hub.ReadAll(), "");
  const std::string errors = hub.ReadAllErrors();
  EXPECT_TRUE(errors.starts_with("{\"time\":\"")) << errors;
  EXPECT_TRUE(
      errors.ends_with(",\"level\":\"error\",\"msg\":\"port " + port +
                       " on localhost is taken; choose another one, or 0 for a free one\"}\n"))
      << errors;
  EXPECT_EQ(hub.Wait(), 1);
}

TEST_F(PigeonhubTest, LogsOneJsonObjectALineWhereAskedTo) {
  Pigeonhub hub({"--port", "0", "--log-format", "json"}, {"PIGEONHUB_NOTHING=5"});
  const std::string serving = hub.ReadLine();
  EXPECT_TRUE(serving.starts_with("{\"time\":\"") && serving.ends_with("/health\"}")) << serving;
  EXPECT_NE(serving.find("\"msg\":\"pigeonhub " + std::string(kVersion) + " serving ws://"),
            std::string::npos)
      << serving;
  hub.Signal(SIGTERM);
  int lines = 0;
  for (std::string line; !(line = hub.ReadErrorLine()).empty(); ++lines) {
    EXPECT_TRUE(line.starts_with("{\"time\":\"") && line.ends_with("}")) << line;
  }
  EXPECT_GT(lines, 0);
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, KeepsAReadyFileWhileItServes) {
  const std::string path = Write("ready.json", "left behind by a hub that was killed");
  Pigeonhub hub({"--port", "0", "--ready-file", path});
  const std::string port = std::to_string(PortIn(hub.ReadLine()));
  const std::string ready = ReadFile(path);
  EXPECT_TRUE(ready.starts_with("{\"pid\":" + std::to_string(hub.pid()) + ",\"version\":\"" +
                                std::string(kVersion) + "\",\"url\":\"ws://localhost:" + port +
                                "\",\"signaling\":[{\"host\":\"127.0.0.1\",\"port\":" + port + "}"))
      << ready;
  hub.Signal(SIGTERM);
  EXPECT_EQ(hub.Wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(PigeonhubTest, DoesNotServeWhenItCannotWriteTheReadyFile) {
  Pigeonhub hub({"--port", "0", "--log-level", "off", "--ready-file", Path("missing/ready.json")});
  ExpectRefusal(hub, 1,
                "pigeonhub: cannot write " + Path("missing/ready.json") +
                    ": No such file or directory; check the path\n");
}

TEST_F(PigeonhubTest, StopsAtOnceOnASecondSignal) {
  Pigeonhub hub({"--port", "0", "--drain-timeout", "1h"});
  const uint16_t port = PortIn(hub.ReadLine());
  std::vector<LoopbackSocket> peers(4);
  for (size_t i = 0; i < peers.size(); ++i) {
    peers[i].JoinAs(std::string(39, 'a') + std::to_string(i), port);
  }
  hub.Signal(SIGTERM);
  ASSERT_TRUE(hub.WaitForError("draining"));
  // An hour for four peers: without a second signal this would wait too long for any test.
  hub.Signal(SIGTERM);
  for (LoopbackSocket& peer : peers) EXPECT_TRUE(peer.WaitForCloseFrame());
  peers.clear();
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, NamesTheAddressOfTheControlApi) {
  const std::string path = Path("ready.json");
  Pigeonhub hub({"--port", "0", "--control-listen", "127.0.0.1:0", "--ready-file", path});
  const std::string line = hub.ReadLine();
  const size_t begin = line.find("; control API on 127.0.0.1:");
  ASSERT_NE(begin, std::string::npos) << line;
  const std::string address = line.substr(begin + 17, line.find(';', begin + 1) - begin - 17);
  EXPECT_NE(address, "127.0.0.1:0");
  const std::string ready = ReadFile(path);
  EXPECT_NE(ready.find("\"control\":[{\"address\":\"" + address + "\"}]"), std::string::npos)
      << ready;
  hub.Signal(SIGTERM);
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, NamesTheAddressOfTheConsole) {
  const std::string path = Path("ready.json");
  Pigeonhub hub({"--port", "0", "--control-listen", "127.0.0.1:0", "--console-listen",
                 "127.0.0.1:0", "--ready-file", path});
  const std::string line = hub.ReadLine();
  const std::string before = "; console on ";
  const size_t begin = line.find(before + "http://127.0.0.1:");
  ASSERT_NE(begin, std::string::npos) << line;
  const size_t from = begin + before.size();
  const std::string address = line.substr(from, line.find(';', from) - from);
  EXPECT_NE(address, "http://127.0.0.1:0");
  const std::string ready = ReadFile(path);
  EXPECT_NE(ready.find("\"console\":[{\"address\":\"" + address + "\"}]"), std::string::npos)
      << ready;
  hub.Signal(SIGTERM);
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, RefusesAConsoleWithoutAControlApi) {
  Pigeonhub hub({"--port", "0", "--control-listen", "off", "--console-listen", "127.0.0.1:0"});
  ExpectRefusal(hub, 2,
                "pigeonhub: --console-listen 127.0.0.1:0: there is no console without the control "
                "API, and --control-listen is off");
}

TEST_F(PigeonhubTest, RefusesAControlAddressThatOthersReachWithoutTls) {
  Pigeonhub hub({"--port", "0", "--control-listen", "0.0.0.0:0"});
  ExpectRefusal(hub, 2, "pigeonhub: --control-listen 0.0.0.0:0: others can reach this address, ");
}

TEST_F(PigeonhubTest, RefusesATakenControlAddressInOneLine) {
  LoopbackSocket taken;
  const std::string address = "127.0.0.1:" + std::to_string(taken.Listen());
  Pigeonhub hub({"--port", "0", "--control-listen", address});
  ExpectRefusal(hub, 1, "pigeonhub: cannot listen on " + address + " for the control API: ");
}

TEST_F(PigeonhubTest, ChecksTheFilesOfTheControlApiToo) {
  const std::string tokens = Write("tokens", "alice emperor a-long-enough-token\n");
  Pigeonhub hub({"--check-config", "--control-tokens", tokens});
  ExpectRefusal(hub, 2, "pigeonhub: " + tokens + ":1: the role is viewer, operator or admin\n");
}

TEST_F(PigeonhubTest, ChecksTheFilesForNatsServersToo) {
  const std::string auth = Write("nats.auth", "two\nlines\n");
  Pigeonhub hub({"--check-config", "--nats", "nats://127.0.0.1", "--nats-auth", auth});
  ExpectRefusal(hub, 2, "pigeonhub: " + auth + ": is neither a .creds file nor one line ");
}

TEST_F(PigeonhubTest, ChecksTheAddressOfAnIdentityProviderToo) {
  Pigeonhub hub({"--check-config", "--auth", "required", "--token-audience", "hub", "--token-jwks",
                 "http://id.example/jwks.json"});
  ExpectRefusal(hub, 2, "pigeonhub: token-jwks: ");
}

TEST_F(PigeonhubTest, TakesKeysOfTokensOverThatAreReplaced) {
  const std::string keys = Write("tokens.keys", std::string(32, 'k') + "\n");
  Pigeonhub hub({"--port", "0", "--auth", "required", "--token-key", keys});
  hub.ReadLine();
  Write("tokens.keys", "short\n");
  EXPECT_TRUE(
      hub.WaitForError("new keys of tokens are not taken over, the old ones stay "
                       "problem=\"line 1: a secret has at least 32 bytes"));
  Write("tokens.keys", std::string(40, 'n') + "\n");
  EXPECT_TRUE(hub.WaitForError("new keys of tokens are in force"));
  hub.Signal(SIGTERM);
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, RefusesSecretsThatOthersMayChange) {
  const std::string tokens = Write("tokens", "alice admin a-long-enough-token\n");
  const std::string key = Write("hub.key", std::string(32, 'k') + "\n");
  for (const std::string& file : {tokens, key}) {
    std::filesystem::permissions(file, std::filesystem::perms(0666));
    Pigeonhub hub({"--port", "0", file == key ? "--hub-key" : "--control-tokens", file});
    ExpectRefusal(hub, 2,
                  "pigeonhub: " + file +
                      " holds a secret, and other users may read or change it; run chmod 600 on "
                      "it\n");
  }
}

TEST_F(PigeonhubTest, WarnsOfSecretsOfRootThatEverybodyMayRead) {
  if (geteuid() != 0) GTEST_SKIP() << "only root makes files of root's";
  const std::string key = Write("hub.key", std::string(32, 'k') + "\n");
  std::filesystem::permissions(key, std::filesystem::perms(0644));
  Pigeonhub check({"--check-config", "--hub-key", key});
  EXPECT_EQ(check.ReadAll(), "configuration ok\n");
  EXPECT_NE(check.ReadAllErrors().find("every user of this machine can read a file"),
            std::string::npos);
  EXPECT_EQ(check.Wait(), 0);
  Pigeonhub open({"--port", "0", "--hub-key", key});
  EXPECT_TRUE(open.WaitForError("every user of this machine can read a file"));
  open.Signal(SIGTERM);
  EXPECT_EQ(open.Wait(), 0);
  const std::string tokens = Write("tokens.keys", std::string(32, 'k') + "\n");
  std::filesystem::permissions(tokens, std::filesystem::perms(0644));
  Pigeonhub of_tokens({"--check-config", "--auth", "required", "--token-key", tokens});
  EXPECT_NE(of_tokens.ReadAllErrors().find("every user of this machine can read a file"),
            std::string::npos);
  EXPECT_EQ(of_tokens.Wait(), 0);
  std::filesystem::permissions(key, std::filesystem::perms(0440));
  Pigeonhub mounted({"--port", "0", "--hub-key", key});
  mounted.ReadLine();
  mounted.Signal(SIGTERM);
  EXPECT_EQ(mounted.ReadAllErrors().find("every user"), std::string::npos);
  EXPECT_EQ(mounted.Wait(), 0);
}

TEST_F(PigeonhubTest, ReadsItsFilesAgainOnSighup) {
  const std::string path = Write("hub.toml", "max-connections = 10\n");
  Pigeonhub hub({"--port", "0", "--config", path});
  hub.ReadLine();
  Write("hub.toml", "max-connections = 11\nmax-message-size = \"2MiB\"\n");
  hub.Signal(SIGHUP);
  EXPECT_TRUE(hub.WaitForError("reloaded applied=1"));
  EXPECT_TRUE(hub.WaitForError("changed, but waits for a restart setting=max-message-size"));
  Write("hub.toml", "max-connections = none\n");
  hub.Signal(SIGHUP);
  EXPECT_TRUE(hub.WaitForError("not reloaded, nothing was changed"));
  hub.Signal(SIGTERM);
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, TellsItsSupervisorHowItDoes) {
  const SupervisorSocket socket;
  Pigeonhub hub({"--port", "0", "--drain-timeout", "5s"}, {"NOTIFY_SOCKET=" + socket.path()});
  const std::string line = hub.ReadLine();
  EXPECT_EQ(socket.Receive(), "READY=1\nSTATUS=" + line);
  hub.Signal(SIGTERM);
  EXPECT_EQ(socket.Receive(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=15000000");
  EXPECT_EQ(hub.Wait(), 0);
}

TEST_F(PigeonhubTest, ProbesAHubWithTheSameConfiguration) {
  uint16_t port = 0;
  {
    LoopbackSocket free;
    port = free.Listen();
  }
  const std::string path =
      Write("hub.toml", "host = \"127.0.0.1\"\nport = " + std::to_string(port) + "\n");
  Pigeonhub hub({"--config", path});
  hub.ReadLine();
  for (const char* what : {"live", "ready"}) {
    Pigeonhub probe({"--config", path, "--probe", what});
    EXPECT_NE(probe.ReadAll().find("200 OK"), std::string::npos);
    EXPECT_EQ(probe.Wait(), 0);
  }
}

TEST_F(PigeonhubTest, ProbesAHubThatIsNotThere) {
  uint16_t port = 0;
  {
    LoopbackSocket gone;
    port = gone.Listen();
  }
  Pigeonhub probe({"--probe", "live", "--host", "127.0.0.1", "--port", std::to_string(port)});
  EXPECT_EQ(probe.ReadAll(), "127.0.0.1:" + std::to_string(port) + "/livez: Connection refused\n");
  EXPECT_EQ(probe.Wait(), 1);
}

}  // namespace
}  // namespace pigeonhub
