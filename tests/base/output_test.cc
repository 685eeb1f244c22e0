// SPDX-License-Identifier: Apache-2.0

#include "server/base/output.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <string>

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
  const Output output(terminal);
  EXPECT_TRUE(output.Write("the first line\n"));
  int taken = 0;
  while (taken < 100'000 && output.Write(kLine)) ++taken;
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, 100'000);

  // Whoever reads again gets what was taken, and what comes now.
  std::string read_again(64 * 1024, '\0');
  const ssize_t size = read(screen, read_again.data(), read_again.size());
  ASSERT_GT(size, 0);
  EXPECT_TRUE(read_again.starts_with("the first line\r\nxxx"));
  while (!output.Write("back\n")) {
    ASSERT_GT(read(screen, read_again.data(), read_again.size()), 0);
  }
}

TEST(Output, HoldsNobodyUpAtAPipeThatNobodyReads) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);
  const Output output(writer.get());
  int taken = 0;
  while (taken < 100'000 && output.Write(kLine)) ++taken;
  EXPECT_GT(taken, 600);
  EXPECT_LT(taken, 700);
}

TEST(Output, WritesNothingWhereThereIsNoDescriptor) { EXPECT_FALSE(Output(-1).Write(kLine)); }

}  // namespace
}  // namespace pigeonhub
