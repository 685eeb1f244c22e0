// SPDX-License-Identifier: Apache-2.0
// The main() of all tests. Where GTEST_BRIEF=1 lets only failures be printed, it still says which
// test was running when the program crashed or when its time was over: a log that is cut has room
// for that.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

// What a handler of signals may read: no allocation, no locks.
std::array<char, 256> running{};

void Say(const char* text) {
  // Nothing is left to do where this fails.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, text, std::string_view(text).size());
}

void NameTheTest(int number) {
  const int error = errno;
  Say(number == SIGALRM ? "\nThe time of these tests is over while this one runs: "
                        : "\nThe program crashes while this test runs: ");
  Say(running.data());
  Say("\n");
  errno = error;
  // As it would have ended without this handler.
  std::signal(number, SIG_DFL);
  raise(number);
}

class RunningTest : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& test) override {
    Note(std::string(test.test_suite_name()) + "." + test.name());
  }
  void OnTestEnd(const testing::TestInfo& /*test*/) override { Note("none"); }

  static void Note(const std::string& name) {
    const size_t size = std::min(name.size(), running.size() - 1);
    std::copy_n(name.data(), size, running.data());
    running.at(size) = '\0';
  }
};

// A sanitizer has handlers of its own, which say more.
void HandleUnlessHandled(int number) {
  struct sigaction now {};
  if (sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
    std::signal(number, NameTheTest);
  }
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(new RunningTest);
  for (int number : {SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGSEGV}) HandleUnlessHandled(number);
  // In seconds, a little less than whoever started the tests gives them.
  if (const char* limit = std::getenv("TEST_TIME_LIMIT")) {
    alarm(static_cast<unsigned>(std::strtoul(limit, nullptr, 10)));
  }
  return RUN_ALL_TESTS();
}
