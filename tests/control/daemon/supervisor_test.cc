// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/supervisor.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "tests/control/daemon/supervisor_socket.h"

namespace pigeonhub {
namespace {

using std::chrono::seconds;

TEST(SupervisorTest, HearsOfTheBeginningAndTheEnd) {
  const SupervisorSocket socket;
  Supervisor supervisor(Variables({{"NOTIFY_SOCKET", socket.path()}}));
  supervisor.Ready("serving ws://localhost:3000\n");
  EXPECT_EQ(socket.Receive(), "READY=1\nSTATUS=serving ws://localhost:3000");
  supervisor.Stopping(seconds(40));
  EXPECT_EQ(socket.Receive(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=40000000");
}

TEST(SupervisorTest, GetsSignsOfLifeForAsLongAsTheCheckReturns) {
  const SupervisorSocket socket;
  std::atomic<int> checks{0};
  Supervisor supervisor(Variables({{"NOTIFY_SOCKET", socket.path()}, {"WATCHDOG_USEC", "2000"}}));
  supervisor.StartWatchdog([&] { ++checks; });
  EXPECT_EQ(socket.Receive(), "WATCHDOG=1");
  EXPECT_EQ(socket.Receive(), "WATCHDOG=1");
  EXPECT_GE(checks, 2);
}

TEST(SupervisorTest, GetsNoneForAnotherProcess) {
  const SupervisorSocket socket;
  Supervisor supervisor(Variables({{"NOTIFY_SOCKET", socket.path()},
                                   {"WATCHDOG_USEC", "2000"},
                                   {"WATCHDOG_PID", std::to_string(getppid())}}));
  supervisor.StartWatchdog([] { ADD_FAILURE() << "checked, though nobody watches"; });
  supervisor.Ready("the only message");
  EXPECT_EQ(socket.Receive(), "READY=1\nSTATUS=the only message");
}

TEST(SupervisorTest, IsNoNeed) {
  Supervisor supervisor(Variables({}));
  supervisor.Ready("nobody listens");
  supervisor.StartWatchdog([] { ADD_FAILURE() << "checked, though nobody watches"; });
  supervisor.Stopping(seconds(1));
}

TEST(SupervisorTest, MayBeGone) {
  std::string path;
  {
    const SupervisorSocket gone;
    path = gone.path();
  }
  Supervisor supervisor(Variables({{"NOTIFY_SOCKET", path}}));
  supervisor.Ready("it is not there");
}

// Without a limit on the wait this test never ends.
TEST(SupervisorTest, MayLeaveItsQueueFull) {
  const SupervisorSocket socket;
  socket.Fill();
  Supervisor supervisor(Variables({{"NOTIFY_SOCKET", socket.path()}}));
  supervisor.Stopping(seconds(40));
  EXPECT_EQ(socket.Receive(), SupervisorSocket::kFiller);
}

}  // namespace
}  // namespace pigeonhub
