// SPDX-License-Identifier: Apache-2.0

#include "server/base/output.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "server/base/descriptor.h"

namespace pigeonhub {
namespace {

const std::string kLine = std::string(99, 'x') + "\n";

TEST(Output, HoldsNobodyUpAtATerminalThatNobodyReads) {
  int screen = -1;
  int terminal = -1;
  ASSERT_EQ(openpty(&screen, &terminal, nullptr, nullptr, nullptr), 0);
  const Descriptor owned_screen(screen);
  const Descriptor owned_terminal(terminal);
  Output output(terminal);
  EXPECT_TRUE(output.Write("the first line\n"));
  int taken = 0;
  while (taken < 100'000 && output.Write(kLine)) ++taken;
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, 100'000);

  // Whoever reads again gets what was taken, and what comes now.
  std::string read_again(65'536, '\0');
  const ssize_t size = read(screen, read_again.data(), read_again.size());
  ASSERT_GT(size, 0);
  EXPECT_TRUE(read_again.starts_with("the first line\r\n"));
  while (!output.Write("back\n")) {
    ASSERT_GT(read(screen, read_again.data(), read_again.size()), 0);
  }
  std::string rest;
  while (!rest.ends_with("back\r\n")) {
    const ssize_t more = read(screen, read_again.data(), read_again.size());
    ASSERT_GT(more, 0);
    rest.append(read_again, 0, static_cast<size_t>(more));
  }
  EXPECT_TRUE(rest.ends_with("\r\nback\r\n")) << "on a line of its own";
}

TEST(Output, HoldsNobodyUpAtAPipeThatNobodyReads) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);
  Output output(writer.get());
  int taken = 0;
  while (taken < 100'000 && output.Write(kLine)) ++taken;
  EXPECT_GT(taken, 600);
  EXPECT_LT(taken, 700);
}

// A terminal has room for all of this, and refuses a line only while it takes another one.
TEST(Output, LosesNoLineAtATerminalWhereOthersWriteToo) {
  int screen = -1;
  int terminal = -1;
  ASSERT_EQ(openpty(&screen, &terminal, nullptr, nullptr, nullptr), 0);
  const Descriptor owned_screen(screen);
  const Descriptor owned_terminal(terminal);
  std::atomic<int> lost = 0;
  const auto write = [&] {
    Output output(terminal);
    for (int i = 0; i < 100; ++i) {
      if (!output.Write("a line\n")) ++lost;
    }
  };
  std::thread one(write);
  std::thread other(write);
  one.join();
  other.join();
  EXPECT_EQ(lost, 0);
}

TEST(Output, WritesNothingWhereThereIsNoDescriptor) { EXPECT_FALSE(Output(-1).Write(kLine)); }

}  // namespace
}  // namespace pigeonhub
