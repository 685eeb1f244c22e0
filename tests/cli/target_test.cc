// SPDX-License-Identifier: Apache-2.0

#include "cli/rpc/target.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "cli/rpc/context_file.h"
#include "pigeonctl/v1/answers.pb.h"
#include "tests/cli/run.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub::cli {
namespace {

Arguments Flags(const std::vector<std::pair<std::string, std::string>>& flags) {
  Arguments arguments;
  for (const auto& [name, value] : flags) arguments.Add(name, value);
  return arguments;
}

pigeonctl::v1::Contexts TwoContexts() {
  pigeonctl::v1::Contexts contexts;
  contexts.set_current("near");
  auto& near = *contexts.add_contexts();
  near.set_name("near");
  near.set_server("127.0.0.1:1");
  auto& far = *contexts.add_contexts();
  far.set_name("far");
  far.set_server("hub.example.org:2");
  far.set_ca("/ca.pem");
  far.set_tls(true);
  return contexts;
}

std::string AddressOf(const std::vector<std::pair<std::string, std::string>>& flags,
                      const Variables& variables = {},
                      const pigeonctl::v1::Contexts& contexts = {}) {
  const auto target = ResolveTarget(Flags(flags), variables, contexts);
  return target.ok() ? target->address : std::string(target.status().message());
}

TEST(ResolveTarget, PrefersFlagThenVariableThenContextThenDefault) {
  EXPECT_EQ(AddressOf({}), "127.0.0.1:50051");
  EXPECT_EQ(AddressOf({}, {}, TwoContexts()), "127.0.0.1:1");
  EXPECT_EQ(AddressOf({}, {{"PIGEONCTL_CONTEXT", "far"}}, TwoContexts()), "hub.example.org:2");
  EXPECT_EQ(AddressOf({{"context", "near"}}, {{"PIGEONCTL_CONTEXT", "far"}}, TwoContexts()),
            "127.0.0.1:1");
  EXPECT_EQ(AddressOf({}, {{"PIGEONCTL_SERVER", "b:3"}}, TwoContexts()), "b:3");
  EXPECT_EQ(AddressOf({{"server", "c:4"}}, {{"PIGEONCTL_SERVER", "b:3"}}, TwoContexts()), "c:4");
}

TEST(ResolveTarget, LetsAFlagWinOverTheVariablesThatNameAHub) {
  EXPECT_EQ(AddressOf({{"context", "near"}}, {{"PIGEONCTL_SERVER", "b:3"}}, TwoContexts()),
            "127.0.0.1:1");
  EXPECT_EQ(AddressOf({{"server", "c:4"}}, {{"PIGEONCTL_CONTEXT", "far"}}, TwoContexts()), "c:4");
}

TEST(ContextFile, SpeaksTlsWhereAnySettingOfTlsIsThere) {
  pigeonctl::v1::Context context;
  EXPECT_FALSE(SpeaksTls(context));
  context.set_ca("/ca.pem");
  EXPECT_TRUE(SpeaksTls(context));
}

TEST(ResolveTarget, RefusesTwoHubsAtOnce) {
  EXPECT_EQ(AddressOf({{"server", "c:4"}, {"context", "far"}}, {}, TwoContexts()),
            "--server and --context both say which hub; give one of them");
  EXPECT_EQ(
      AddressOf({}, {{"PIGEONCTL_SERVER", "b:3"}, {"PIGEONCTL_CONTEXT", "far"}}, TwoContexts()),
      "PIGEONCTL_SERVER and PIGEONCTL_CONTEXT both say which hub; unset one of them");
}

TEST(DefaultAddress, IsThePackagesSocketAlsoWhereThisUserMayNotOpenIt) {
  const TemporaryFolder folder;
  std::filesystem::permissions(folder.Path(""), std::filesystem::perms::none);
  const std::string socket = folder.Path("control.sock");
  const auto asked_by_nobody = [&] {
    if (getuid() == 0 && setuid(65534) != 0) _exit(2);
    _exit(DefaultAddress(socket) == "unix:" + socket ? 0 : 1);
  };
  EXPECT_EXIT(asked_by_nobody(), testing::ExitedWithCode(0), "");
  std::filesystem::permissions(folder.Path(""), std::filesystem::perms::owner_all);
}

TEST(DefaultAddress, IsThePackagesSocketWhereThereIsOne) {
  const TemporaryFolder folder;
  EXPECT_EQ(DefaultAddress(folder.Path("control.sock")), "127.0.0.1:50051");
  const std::string socket = folder.Write("control.sock", "");
  EXPECT_EQ(DefaultAddress(socket), "unix:" + socket);
  EXPECT_EQ(ResolveTarget({}, {}, {}, DefaultAddress(socket))->address, "unix:" + socket);
  EXPECT_EQ(ResolveTarget({}, {}, TwoContexts(), DefaultAddress(socket))->address, "127.0.0.1:1");
}

TEST(ResolveTarget, KeepsTheContextsSecretsFromAnotherServer) {
  TemporaryDirectory directory;
  WriteFile(directory.path() + "/token", "secret\n");
  pigeonctl::v1::Contexts contexts = TwoContexts();
  contexts.mutable_contexts(0)->set_token_file(directory.path() + "/token");
  EXPECT_EQ(ResolveTarget({}, {}, contexts)->token, "secret");
  EXPECT_EQ(ResolveTarget(Flags({{"server", "other:1"}}), {}, contexts)->token, "");
  EXPECT_EQ(ResolveTarget({}, {{"PIGEONCTL_SERVER", "other:1"}}, contexts)->token, "");
  const auto named =
      ResolveTarget(Flags({{"context", "near"}}), {{"PIGEONCTL_SERVER", "other:1"}}, contexts);
  EXPECT_EQ(named->address, "127.0.0.1:1");
  EXPECT_EQ(named->token, "secret");
}

TEST(ResolveTarget, UnderstandsEveryKindOfAddress) {
  EXPECT_EQ(AddressOf({{"server", "hub"}}), "hub:50051");
  EXPECT_EQ(AddressOf({{"server", "[::1]"}}), "[::1]:50051");
  EXPECT_EQ(AddressOf({{"server", "[::1]:7"}}), "[::1]:7");
  EXPECT_EQ(AddressOf({{"server", "unix:/run/hub.sock"}}), "unix:/run/hub.sock");
}

TEST(ResolveTarget, RefusesWhatIsNoAddress) {
  for (const char* address : {"http://hub:1", "::1", "hub:", "hub:0", "hub:65536", "hub:x", ":1",
                              "[::1", "[::1]7", "unix:"}) {
    EXPECT_NE(AddressOf({{"server", address}}).find("write host:port"), std::string::npos)
        << address << ": " << AddressOf({{"server", address}});
  }
}

TEST(ResolveTarget, TakesTlsFromAnyOfItsFlags) {
  EXPECT_FALSE(ResolveTarget({}, {}, {})->tls);
  for (const char* flag : {"tls", "ca", "tls-server-name"}) {
    EXPECT_TRUE(ResolveTarget(Flags({{flag, "x"}}), {}, {})->tls) << flag;
  }
  EXPECT_TRUE(ResolveTarget({}, {{"PIGEONCTL_TLS_CA", "x"}}, {})->tls);
  EXPECT_EQ(AddressOf({{"cert", "x"}}), "--cert needs --key, the certificate's private key");
  EXPECT_EQ(AddressOf({{"key", "x"}}), "--key needs --cert, the certificate of the key");
}

TEST(ResolveTarget, SendsNoTokenInTheClearOverANetwork) {
  EXPECT_EQ(AddressOf({{"server", "hub:1"}, {"token", "t"}}),
            "a token sent to hub:1 without TLS could be read on the way; add --tls");
  EXPECT_EQ(AddressOf({{"server", "hub:1"}, {"token", "t"}, {"tls", ""}}), "hub:1");
  EXPECT_EQ(AddressOf({{"server", "localhost:1"}, {"token", "t"}}), "localhost:1");
  EXPECT_EQ(AddressOf({{"server", "unix:/x"}}, {{"PIGEONCTL_TOKEN", "t"}}), "unix:/x");
  EXPECT_EQ(AddressOf({{"server", "127.example.org:1"}, {"token", "t"}}),
            "a token sent to 127.example.org:1 without TLS could be read on the way; add --tls");
}

TEST(ResolveTarget, SaysWhatIsWrongWithATokenOrContext) {
  EXPECT_EQ(AddressOf({{"token", "a b"}}), "the token has characters that no token has");
  EXPECT_EQ(AddressOf({{"token", "a"}, {"token-file", "b"}}),
            "--token and --token-file exclude each other");
  EXPECT_EQ(AddressOf({{"token-file", "/nonexistent/token"}}),
            "the token file /nonexistent/token: No such file or directory; check the path");
  EXPECT_EQ(AddressOf({{"context", "nera"}}, {}, TwoContexts()),
            "there is no context nera; did you mean near?");
}

TEST(ResolveTarget, TakesNoTokenThatOthersMayChange) {
  TemporaryDirectory directory;
  const std::string file = directory.path() + "/token";
  WriteFile(file, "secret\n");
  EXPECT_EQ(ResolveTarget(Flags({{"token-file", file}}), {}, {})->token, "secret");
  std::filesystem::permissions(file, std::filesystem::perms(0666));
  EXPECT_EQ(AddressOf({{"token-file", file}}),
            "the token file " + file +
                " holds a secret, and other users may read or change it; run chmod 600 on it");
}

TEST(ResolveTarget, TakesVariablesAndTokenFilesThatWereSavedOnWindows) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/token";
  WriteFile(path,
            "\xEF\xBB\xBF"
            "secret-of-mine\r\n");
  const auto target =
      ResolveTarget(Flags({{"token-file", path}}), {{"PIGEONCTL_SERVER", "localhost:1\r"}}, {});
  ASSERT_TRUE(target.ok()) << target.status();
  EXPECT_EQ(target->address, "localhost:1");
  EXPECT_EQ(target->token, "secret-of-mine");
}

TEST(ContextFile, MayHaveBeenSavedOnWindows) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/config.toml";
  WriteFile(path,
            "\xEF\xBB\xBF"
            "current = \"a\"\r\n[context.a]\r\nserver = \"hub:1\"\r\n");
  const auto contexts = LoadContexts(path);
  ASSERT_TRUE(contexts.ok()) << contexts.status();
  EXPECT_EQ(contexts->current(), "a");
  EXPECT_EQ(contexts->contexts(0).server(), "hub:1");
}

TEST(ContextFile, ReadsBackWhatItWrote) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/deep/config.toml";
  pigeonctl::v1::Contexts contexts = TwoContexts();
  contexts.mutable_contexts(0)->set_token_file("/a \"b\"\\c");
  ASSERT_TRUE(SaveContexts(path, contexts).ok());
  const auto read = LoadContexts(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->current(), "near");
  ASSERT_EQ(read->contexts_size(), 2);
  EXPECT_EQ(read->contexts(0).name(), "far") << "in the order of names";
  EXPECT_TRUE(read->contexts(0).tls());
  EXPECT_EQ(read->contexts(1).token_file(), "/a \"b\"\\c");
}

TEST(ContextFile, TakesHandWrittenOnes) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/config.toml";
  WriteFile(path,
            "# mine\ncurrent = 'a'  # literal\n\n[context.a] # section\n  server = \"h:1\" # x\n"
            "tls = false\n");
  const auto read = LoadContexts(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->current(), "a");
  EXPECT_EQ(read->contexts(0).server(), "h:1");
}

TEST(ContextFile, NamesTheLineItDoesNotUnderstand) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/config.toml";
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"\n[context.\"a b\"]\n", ":2: not a context"},
           {"[context.a]\nserver = 7\n", ":2: server is a text"},
           {"[context.a]\ncolor = \"x\"\n", ":2: unknown key color"},
           {"server = \"x\"\n", ":1: unknown key server"},
           {"[context.a]\ntls = 'yes'\n", ":2: tls is true or false"}}) {
    WriteFile(path, text);
    EXPECT_EQ(LoadContexts(path).status().message(), path + why);
  }
  WriteFile(path, "current = \"a\"\nnonsense\n");
  EXPECT_NE(LoadContexts(path).status().message().find(path + ":2: "), std::string::npos);
}

TEST(ContextFile, StandsWhereXdgSays) {
  EXPECT_EQ(ContextFilePath({{"HOME", "/h"}}), "/h/.config/pigeonctl/config.toml");
  EXPECT_EQ(ContextFilePath({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "/x"}}),
            "/x/pigeonctl/config.toml");
  EXPECT_EQ(ContextFilePath({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "relative"}}),
            "/h/.config/pigeonctl/config.toml");
  EXPECT_EQ(ContextFilePath({}), "");
}

}  // namespace
}  // namespace pigeonhub::cli
