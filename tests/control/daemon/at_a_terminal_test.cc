// SPDX-License-Identifier: Apache-2.0
//
// The program in the hands of somebody at a terminal.

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "server/base/descriptor.h"
#include "tests/support/eventually.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

// As when somebody closes the window in which it runs.
TEST(AtATerminal, AHubForDevelopmentEndsWhenItIsClosed) {
  const TemporaryFolder folder;
  const std::string ready = folder.Path("ready.json");
  int screen = -1;
  const pid_t hub = forkpty(&screen, nullptr, nullptr, nullptr);
  if (hub == 0) {
    const char* const no_variables[] = {nullptr};
    execle(PIGEONHUB_BINARY, PIGEONHUB_BINARY, "--dev", "--port", "0", "--control-listen", "off",
           "--metrics-listen", "off", "--ready-file", ready.c_str(), nullptr, no_variables);
    _exit(127);
  }
  ASSERT_GT(hub, 0);
  Descriptor window(screen);
  EXPECT_TRUE(Eventually([&] { return std::filesystem::exists(ready); }));
  window.Reset();
  int status = -1;
  if (!Eventually([&] { return waitpid(hub, &status, WNOHANG) == hub; })) {
    kill(hub, SIGKILL);
    waitpid(hub, nullptr, 0);
    FAIL() << "it lives on where nobody sees it";
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace pigeonhub
