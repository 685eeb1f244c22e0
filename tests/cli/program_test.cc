// SPDX-License-Identifier: Apache-2.0
//
// The program as a shell runs it.

#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "tests/cli/fake_control.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

constexpr char kProgram[] = PIGEONCTL_PROGRAM;

// Runs a command line in bash, with pigeonctl in the PATH.
Outcome Shell(const std::string& line, const std::string& shell = "bash") {
  TemporaryDirectory directory;
  const std::string folder = std::string(kProgram).substr(0, std::string(kProgram).rfind('/'));
  WriteFile(directory.path() + "/script", "export PATH=\"" + folder + ":$PATH\"\n" + line);
  const std::string command =
      shell + " '" + directory.path() + "/script' 2>'" + directory.path() + "/err' </dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  Outcome outcome;
  std::array<char, 4096> bytes;
  size_t read = 0;
  while ((read = fread(bytes.data(), 1, bytes.size(), pipe)) > 0) {
    outcome.out.append(bytes.data(), read);
  }
  outcome.code = WEXITSTATUS(pclose(pipe));
  outcome.err = ReadFile(directory.path() + "/err");
  return outcome;
}

bool HasShell(const std::string& shell) {
  return std::system(("command -v " + shell + " >/dev/null").c_str()) == 0;
}

TEST(Program, EndsWithTheExitCode) {
  EXPECT_EQ(Shell("pigeonctl version --client").code, 0);
  const Outcome wrong = Shell("pigeonctl vresion");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_EQ(wrong.out, "");
  EXPECT_EQ(wrong.err, "pigeonctl: there is no command \"vresion\"; did you mean version?\n");
}

TEST(Program, SaysThatItCouldNotWrite) {
  const Outcome full = Shell("pigeonctl version --client >/dev/full");
  EXPECT_EQ(full.code, 1);
  EXPECT_EQ(full.err, "pigeonctl: stdout cannot be written\n");
}

TEST(Program, TakesTheServerFromTheEnvironment) {
  FakeServer server;
  ServeSmallHub(server);
  const Outcome outcome =
      Shell("PIGEONCTL_SERVER=" + server.address() + " pigeonctl peers list -o name | head -n 1");
  EXPECT_EQ(outcome.out, std::string(kFirstPeer) + "\n") << outcome.err;
}

TEST(Program, SuitsItsTerminal) {
  if (!HasShell("script")) GTEST_SKIP() << "no script, which makes a terminal";
  FakeServer server;
  ServeSmallHub(server);
  const auto in_terminal = [&](const std::string& words) {
    return Shell("script -qec \"stty cols 60; " + words + " --server " + server.address() +
                 "\" /dev/null")
        .out;
  };
  const std::string peers = in_terminal("pigeonctl peers list");
  EXPECT_NE(peers.find("\x1b[1mPEER ID\x1b[0m"), std::string::npos) << peers;
  EXPECT_NE(peers.find("…"), std::string::npos) << "cut to 60 columns\n" << peers;
  const std::string plain = in_terminal("NO_COLOR=1 pigeonctl peers list");
  EXPECT_EQ(plain.find('\x1b'), std::string::npos) << plain;
  const std::string piped = in_terminal("pigeonctl peers list | cat");
  EXPECT_EQ(piped.find('\x1b'), std::string::npos) << piped;
  EXPECT_EQ(piped.find("…"), std::string::npos) << piped;
}

TEST(Program, EndsAWatchInOrderWhenInterrupted) {
  FakeServer server;
  ServeSmallHub(server);
  // The interrupt comes when the third event has been printed, and so after it is being caught.
  const Outcome outcome = Shell(
      "coproc pigeonctl events -f -o name --server " + server.address() +
      "\nwatch=$COPROC_PID\nfor i in 1 2 3; do read -r line <&\"${COPROC[0]}\"; echo \"$line\"; "
      "done\nkill -INT $watch\nwait $watch\necho \"exit $?\"\n");
  EXPECT_EQ(outcome.out, "4\n5\n6\nexit 0\n") << outcome.err;
}

TEST(Program, CompletesInBash) {
  FakeServer server;
  ServeSmallHub(server);
  const std::string complete =
      "source <(pigeonctl completion bash)\n"
      "try() { COMP_LINE=\"$1\"; COMP_POINT=${#1}; COMP_WORDS=(\"${@:2}\")\n"
      "  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _pigeonctl; echo \"${COMPREPLY[@]}\"; }\n";
  const Outcome outcome = Shell(complete + "export PIGEONCTL_SERVER=" + server.address() +
                                "\n"
                                "try 'pigeonctl pe' pigeonctl pe\n"
                                "try 'pigeonctl peers get 0' pigeonctl peers get 0\n"
                                "try 'pigeonctl stats --output=js' pigeonctl stats --output = js\n"
                                "try 'pigeonctl hubs ' pigeonctl hubs ''\n");
  EXPECT_EQ(
      outcome.out,
      std::string("peers\n") + kFirstPeer +
          "\njson jsonl jsonpath=\nlist get register unregister quarantine release key stats\n")
      << outcome.err;
}

TEST(Program, HasScriptsThatZshAndFishAccept) {
  for (const std::string shell : {"zsh", "fish"}) {
    if (!HasShell(shell)) continue;
    const Outcome outcome = Shell("pigeonctl completion " + shell + " > /tmp/pigeonctl_$$ && " +
                                  shell + " -n /tmp/pigeonctl_$$; rm /tmp/pigeonctl_$$");
    EXPECT_EQ(outcome.err, "");
  }
  if (!HasShell("fish")) GTEST_SKIP() << "no fish";
  const Outcome outcome =
      Shell("pigeonctl completion fish | source; complete -C 'pigeonctl serv'", "fish");
  EXPECT_EQ(outcome.out, "server\tLook at and steer the hub process\n") << outcome.err;
}

}  // namespace
}  // namespace pigeonhub::cli
