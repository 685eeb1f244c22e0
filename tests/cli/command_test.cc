// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <functional>

#include "cli/command/completion.h"
#include "cli/command/help.h"
#include "cli/command/parse.h"
#include "cli/pigeonctl.h"

namespace pigeonhub::cli {
namespace {

// The error line for these words, or nothing if they are understood.
std::string ErrorOf(const std::vector<std::string>& words) {
  const Command root = Pigeonctl();
  const auto invocation = Parse(root, words);
  return invocation.ok() ? "" : std::string(invocation.status().message());
}

std::vector<std::string> CompletedWords(const std::vector<std::string>& words) {
  const Command root = Pigeonctl();
  std::vector<std::string> completed;
  const Completion completion = Complete(root, words);
  for (const Candidate& candidate : completion.candidates) {
    completed.push_back(completion.kept + candidate.word);
  }
  return completed;
}

using Strings = std::vector<std::string>;

TEST(Parse, FindsCommandFlagsAndOperands) {
  const Command root = Pigeonctl();
  const auto found = Parse(root, {"-o", "json", "hubs", "register", "--region=eu", "ID",
                                  "--capability", "relay", "--capability", "signaling"});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->path, "pigeonctl hubs register");
  EXPECT_EQ(found->arguments.text("output"), "json");
  EXPECT_EQ(found->arguments.text("region"), "eu");
  EXPECT_EQ(found->arguments.all("capability"), (Strings{"relay", "signaling"}));
  EXPECT_EQ(found->arguments.operands(), Strings{"ID"});
}

TEST(Parse, TakesGlobalFlagsAfterTheCommandAndGluedLetters) {
  const Command root = Pigeonctl();
  const auto found = Parse(root, {"stats", "--server", "unix:/run/hub", "-oyaml"});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->arguments.text("server"), "unix:/run/hub");
  EXPECT_EQ(found->arguments.text("output"), "yaml");
}

TEST(Parse, EndsFlagsAtTwoDashes) {
  const Command root = Pigeonctl();
  const auto found = Parse(root, {"namespaces", "get", "--", "--odd name"});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->arguments.operands(), Strings{"--odd name"});
}

TEST(Parse, SuggestsWhatWasMeant) {
  EXPECT_EQ(ErrorOf({"peer", "list"}), "there is no command \"peer\"; did you mean peers?");
  EXPECT_EQ(ErrorOf({"peers", "lits"}), "peers has no \"lits\"; did you mean list?");
  EXPECT_EQ(ErrorOf({"peers", "list", "--namespaces", "x"}),
            "peers list has no flag --namespaces; did you mean --namespace?");
  EXPECT_EQ(ErrorOf({"stats", "-o", "jsn"}), "-o cannot be \"jsn\"; did you mean json?");
  EXPECT_EQ(ErrorOf({"events", "--kind", "peer-disconnected"}),
            "--kind cannot be \"peer-disconnected\"; did you mean peerDisconnected?");
}

TEST(Parse, ListsWhatThereIsWhereNothingIsNear) {
  EXPECT_EQ(ErrorOf({"peers", "frobnicate"}),
            "peers has no \"frobnicate\"; there are list, get, find, disconnect");
  EXPECT_EQ(ErrorOf({"peers"}),
            "peers needs one of list, get, find, disconnect; see pigeonctl peers --help");
  EXPECT_EQ(ErrorOf({"server", "log-level", "loud"}),
            "LEVEL cannot be \"loud\"; it is one of debug, info, warn, error, off");
}

TEST(Parse, KnowsHelpAndVersionHoweverTheyAreAskedFor) {
  const Command root = Pigeonctl();
  for (const Strings& words : {Strings{"help", "peers", "list"}, Strings{"peers", "help", "list"},
                               Strings{"peers", "list", "-h"}}) {
    const auto found = Parse(root, words);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_TRUE(found->help);
    EXPECT_EQ(found->path, "pigeonctl peers list");
  }
  EXPECT_EQ(ErrorOf({"--version"}), "there is no flag --version; did you mean version?");
}

TEST(Parse, SaysWhatAValueMustLookLike) {
  EXPECT_EQ(ErrorOf({"peers", "list", "--limit", "many"}),
            "--limit needs a whole number, not \"many\"");
  EXPECT_EQ(ErrorOf({"stats", "--timeout", "5"}),
            "--timeout needs a unit: 5s is seconds; also ms, m, h or d");
  EXPECT_EQ(ErrorOf({"stats", "--timeout", "soon"}),
            "--timeout needs a duration such as 30s, 5m or 1h30m, not \"soon\"");
  EXPECT_EQ(ErrorOf({"stats", "--server"}), "--server needs a value: --server ADDRESS");
  EXPECT_EQ(ErrorOf({"stats", "--server", "a", "--server", "b"}), "--server was given twice");
  EXPECT_EQ(ErrorOf({"stats", "--tls=yes"}), "--tls takes no value");
  EXPECT_EQ(ErrorOf({"peers", "get"}), "peers get needs ID; see pigeonctl peers get --help");
  EXPECT_EQ(ErrorOf({"stats", "now"}), "stats takes no \"now\"; see pigeonctl stats --help");
  EXPECT_EQ(ErrorOf({"peers", "get", ""}), "ID must not be empty; see pigeonctl peers get --help");
}

TEST(Parse, ShowsWordsFromOutsideEscaped) {
  EXPECT_EQ(ErrorOf({"\x1b[2J"}).find('\x1b'), std::string::npos);
}

// Calls `visit` for the command and every visible one below it.
void VisitAll(const Command& command, const std::string& path,
              const std::function<void(const Command&, const std::string&)>& visit) {
  visit(command, path);
  for (const Command& each : command.commands) {
    if (!each.hidden) VisitAll(each, path + ' ' + each.name, visit);
  }
}

TEST(Help, HasASummaryAndAnExampleThatParsesOnEveryPage) {
  const Command root = Pigeonctl();
  int pages = 0;
  VisitAll(root, "pigeonctl", [&](const Command& command, const std::string& path) {
    ++pages;
    EXPECT_FALSE(command.summary.empty()) << path;
    ASSERT_FALSE(command.examples.empty()) << path;
    EXPECT_NE(Help(command, path).find("\nExample"), std::string::npos) << path;
    EXPECT_TRUE(command.run != nullptr || !command.commands.empty()) << path;
    if (command.run != nullptr) {
      EXPECT_NE(command.examples.front().find(path), std::string::npos)
          << path << ": " << command.examples.front();
    }
  });
  EXPECT_GT(pages, 30);
}

TEST(Help, FitsEightyColumns) {
  const Command root = Pigeonctl();
  VisitAll(root, "pigeonctl", [&](const Command& command, const std::string& path) {
    const std::string help = Help(command, path);
    for (size_t begin = 0; begin < help.size();) {
      const size_t end = help.find('\n', begin);
      EXPECT_LE(end - begin, 84u) << path << ": " << help.substr(begin, end - begin);
      begin = end + 1;
    }
  });
}

TEST(Complete, OffersCommandsFlagsAndChoices) {
  EXPECT_EQ(CompletedWords({"pe"}), Strings{"peers"});
  EXPECT_EQ(CompletedWords({"peers", ""}), (Strings{"list", "get", "find", "disconnect"}));
  EXPECT_EQ(CompletedWords({"peers", "list", "--na"}), Strings{"--namespace"});
  EXPECT_EQ(CompletedWords({"-o", "js"}), (Strings{"json", "jsonl", "jsonpath="}));
  EXPECT_EQ(CompletedWords({"stats", "--output=y"}), Strings{"--output=yaml"});
  EXPECT_EQ(CompletedWords({"server", "log-level", "d"}), Strings{"debug"});
  EXPECT_EQ(CompletedWords({"__comp"}), Strings{}) << "hidden";
}

TEST(Complete, OffersAFlagOfTheCommandInThePlaceOfOneThatWorksEverywhere) {
  EXPECT_EQ(CompletedWords({"token", "check", "--ke"}), Strings{"--key"});
  EXPECT_EQ(CompletedWords({"stats", "--ke"}), Strings{"--key"});
}

TEST(Complete, KnowsWhichNamesFit) {
  const Command root = Pigeonctl();
  EXPECT_EQ(Complete(root, {"peers", "get", ""}).words, Words::kPeers);
  EXPECT_EQ(Complete(root, {"hubs", "unregister", "ff"}).words, Words::kHubs);
  EXPECT_EQ(Complete(root, {"peers", "list", "--namespace", ""}).words, Words::kNamespaces);
  EXPECT_EQ(Complete(root, {"--ca", ""}).words, Words::kFiles);
  EXPECT_EQ(Complete(root, {"context", "use", ""}).words, Words::kContexts);
  EXPECT_EQ(Complete(root, {"peers", "get", "ID", ""}).words, Words::kAnything);
}

TEST(Complete, RemembersWhichHubIsMeant) {
  const Command root = Pigeonctl();
  const Completion completion = Complete(root, {"--server", "a:1", "--ca=x", "peers", "get", ""});
  EXPECT_EQ(completion.arguments.text("server"), "a:1");
  EXPECT_EQ(completion.arguments.text("ca"), "x");
}

}  // namespace
}  // namespace pigeonhub::cli
