// SPDX-License-Identifier: Apache-2.0
//
// Every command in every format, byte by byte. After a change that is meant to be seen:
//   PIGEONHUB_UPDATE_GOLDENS=1 cli_test --gtest_filter='Golden*'   and read the difference.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>

#include "cli/output/format.h"
#include "cli/pigeonctl.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/run.h"
#include "tests/cli/some_token.h"

namespace pigeonhub::cli {
namespace {

using Typed = std::vector<std::string>;

constexpr char kFolder[] = "tests/cli/golden/";

struct Golden {
  std::string name;
  Typed words;
};

// With fixed ids wherever one would be random.
const std::vector<Golden>& Goldens() {
  static const std::vector<Golden> goldens = {
      {"stats", {"stats"}},
      {"doctor", {"doctor"}},
      {"peers_list", {"peers", "list"}},
      {"peers_list_remote", {"peers", "list", "--include-remote"}},
      {"peers_get", {"peers", "get", kFirstPeer}},
      {"peers_find", {"peers", "find", "3333"}},
      {"peers_find_left", {"peers", "find", "2222"}},
      {"peers_disconnect", {"peers", "disconnect", kFirstPeer}},
      {"addresses_list", {"addresses", "list"}},
      {"bans_add", {"bans", "add", "--peer", kFirstPeer, "--for", "1h", "--reason", "spam"}},
      {"bans_remove", {"bans", "remove", "--subject", "user42"}},
      {"bans_list", {"bans", "list"}},
      {"keys_list", {"keys", "list"}},
      {"namespaces_list", {"namespaces", "list"}},
      {"namespaces_get", {"namespaces", "get", "chat"}},
      {"namespaces_policy_list", {"namespaces", "policy", "list"}},
      {"namespaces_policy_get", {"namespaces", "policy", "get", "chat"}},
      {"namespaces_policy_set",
       {"namespaces", "policy", "set", "chat", "--max-peers", "200", "--evict", "--dry-run"}},
      {"namespaces_policy_unset", {"namespaces", "policy", "unset", "chat"}},
      {"hubs_list", {"hubs", "list"}},
      {"hubs_get", {"hubs", "get", kHub}},
      {"hubs_register", {"hubs", "register", kHub, "--region", "eu-west"}},
      {"hubs_unregister", {"hubs", "unregister", kHub}},
      {"hubs_quarantine", {"hubs", "quarantine", kHub}},
      {"hubs_release", {"hubs", "release", kHub}},
      {"hubs_key", {"hubs", "key"}},
      {"hubs_stats", {"hubs", "stats"}},
      {"mesh_namespace_get", {"mesh", "namespace", "get"}},
      {"mesh_namespace_set", {"mesh", "namespace", "set", "my-mesh", "--restart-signaling"}},
      {"links_list", {"links", "list"}},
      {"links_connect", {"links", "connect", "ws://hub.example.org:3000"}},
      {"links_disconnect", {"links", "disconnect", kHub}},
      {"bootstrap_connect", {"bootstrap", "connect"}},
      {"bootstrap_disconnect", {"bootstrap", "disconnect"}},
      {"topology", {"topology"}},
      {"topology_draw", {"topology", "--draw"}},
      {"events", {"events"}},
      {"events_follow", {"events", "-f", "--from-seq", "2", "--limit", "3"}},
      {"events_summary", {"events", "summary", "--by", "reason"}},
      {"explain", {"explain", "0a1b", "2222222222222222222222222222222222222222"}},
      {"explain_file",
       {"explain", "0a1b", "2222", "--file", "tests/cli/golden/explain_file.jsonl"}},
      {"trace", {"trace", "0a1b", kSecondPeer}},
      {"trace_draw", {"trace", "--namespace", "chat", "--draw"}},
      {"trace_follow", {"trace", "--namespace", "chat", "-f"}},
      {"errors_reason", {"errors", "transport_lost"}},
      {"errors_finding", {"errors", "PH-E14"}},
      {"errors_check", {"errors", "PH-D05"}},
      {"server_info", {"server", "info"}},
      {"server_limits", {"server", "limits"}},
      {"server_start", {"server", "start"}},
      {"server_stop", {"server", "stop"}},
      {"server_drain", {"server", "drain"}},
      {"server_undrain", {"server", "undrain"}},
      {"server_log-level", {"server", "log-level", "debug"}},
      {"server_reload", {"server", "reload"}},
      {"health", {"health"}},
      {"id_generate", {"id", "generate"}},
      {"token_inspect", {"token", "inspect", kSomeToken}},
      {"token_check", {"token", "check", kSomeToken, "--jwks", kSomeJwksFile}},
      {"api_list", {"api", "list", "PeerService"}},
      {"api_describe", {"api", "describe", "pigeonhub.v1.LinkSide"}},
      {"api_call", {"api", "call", "ServerService/Undrain"}},
      {"version", {"version"}},
      {"context_list", {"context", "list"}},
      {"context_show", {"context", "show"}},
      {"context_use", {"context", "use", "far"}},
      {"context_set", {"context", "set", "third", "--server", "h:1"}},
      {"context_delete", {"context", "delete", "near"}},
  };
  return goldens;
}

// These print a script, measured times, or what is random.
const std::set<std::string> kWithoutGolden = {
    "pigeonctl completion",   "pigeonctl check handshake",
    "pigeonctl check turn",   "pigeonctl debug for",
    "pigeonctl wait",         "pigeonctl context validate",
    "pigeonctl token create", "pigeonctl top"};

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

void Compare(const std::string& name, const std::string& text) {
  const std::string path = kFolder + name + ".txt";
  if (std::getenv("PIGEONHUB_UPDATE_GOLDENS") != nullptr) WriteFile(path, text);
  EXPECT_EQ(text, ReadFile(path)) << path;
}

class GoldenTest : public testing::TestWithParam<Golden> {
 protected:
  GoldenTest() { ServeSmallHub(server_); }

  // What a terminal would show.
  std::string Transcript(Typed words, const std::string& title, std::optional<size_t> width) {
    const std::string config = home_.path() + "/.config/pigeonctl/config.toml";
    std::filesystem::create_directories(home_.path() + "/.config/pigeonctl");
    WriteFile(config,
              "current = \"near\"\n[context.near]\nserver = \"127.0.0.1:50051\"\n"
              "[context.far]\nserver = \"hub.example.org:50051\"\ntls = true\nca = \"/ca.pem\"\n");
    Place place{.variables = {{"HOME", home_.path()}}, .width = width};
    if (words.front() != "context") place.variables["PIGEONCTL_SERVER"] = server_.address();
    const Outcome outcome = RunPigeonctl(words, place);
    std::string text = "== " + title + "\n" + outcome.out;
    if (!outcome.err.empty()) text += "-- stderr\n" + outcome.err;
    if (outcome.code != 0) text += "-- exit code " + std::to_string(outcome.code) + '\n';
    return Replaced(text, home_.path(), "HOME");
  }

  FakeServer server_;
  TemporaryDirectory home_;
};

TEST_P(GoldenTest, LooksAsItDidInEveryFormat) {
  std::string text;
  for (const std::string& format : FormatNames()) {
    Typed words = GetParam().words;
    words.insert(words.end(), {"-o", format});
    text += Transcript(words, format, std::nullopt);
  }
  for (const size_t width : {60, 80, 200}) {
    text += Transcript(GetParam().words, "table, terminal of " + std::to_string(width) + " columns",
                       width);
  }
  Compare(GetParam().name, text);
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenTest, testing::ValuesIn(Goldens()),
                         [](const auto& info) { return Replaced(info.param.name, "-", "_"); });

// Calls `visit` with the path of every visible command that runs.
void VisitVerbs(const Command& command, const std::string& path,
                const std::function<void(const std::string&)>& visit) {
  if (command.run) visit(path);
  for (const Command& each : command.commands) {
    if (!each.hidden) VisitVerbs(each, path + ' ' + each.name, visit);
  }
}

TEST(Golden, ExistsForEveryCommand) {
  VisitVerbs(Pigeonctl(), "pigeonctl", [](const std::string& path) {
    if (kWithoutGolden.count(path) > 0) return;
    bool found = false;
    for (const Golden& golden : Goldens()) {
      std::string words = "pigeonctl";
      for (const std::string& word : golden.words) words += ' ' + word;
      found = found || (words + ' ').starts_with(path + ' ');
    }
    EXPECT_TRUE(found) << path;
  });
}

// Adds the page of every visible command.
void AddPages(const Command& command, const Typed& words, std::string& text) {
  text += "== pigeonctl";
  for (const std::string& word : words) text += ' ' + word;
  Typed asking = words;
  asking.push_back("--help");
  text += " --help\n" + RunPigeonctl(asking).out;
  for (const Command& each : command.commands) {
    if (each.hidden) continue;
    Typed below = words;
    below.push_back(each.name);
    AddPages(each, below, text);
  }
}

TEST(Golden, HelpPagesLookAsTheyDid) {
  std::string text;
  AddPages(Pigeonctl(), {}, text);
  Compare("help", text);
}

}  // namespace
}  // namespace pigeonhub::cli
