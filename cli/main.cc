// SPDX-License-Identifier: Apache-2.0
//
// The program pigeonctl: the process around RunPigeonctl.

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/pigeonctl.h"
#include "server/base/variables.h"

namespace {

volatile sig_atomic_t interrupted = 0;

void OnInterrupt(int) { interrupted = 1; }

// The first interrupt ends the command in an orderly way, the second one kills the process.
void CatchInterrupts() {
  struct sigaction action {};
  action.sa_handler = OnInterrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

struct TerminalSize {
  std::optional<size_t> width;
  std::optional<size_t> height;
};

// Both empty if stdout is no terminal.
TerminalSize SizeOfTerminal() {
  // If the terminal does not tell.
  constexpr size_t kUsualWidth = 80;
  constexpr size_t kUsualHeight = 24;
  if (isatty(STDOUT_FILENO) == 0) return {};
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) size = {};
  return {size.ws_col > 0 ? size.ws_col : kUsualWidth,
          size.ws_row > 0 ? size.ws_row : kUsualHeight};
}

}  // namespace

int main(int argc, char** argv) {
  const TerminalSize terminal = SizeOfTerminal();
  pigeonhub::cli::Environment environment{.variables = pigeonhub::ReadVariables(environ),
                                          .in = std::cin,
                                          .out = std::cout,
                                          .err = std::cerr,
                                          .width = terminal.width,
                                          .height = terminal.height,
                                          .now = std::chrono::system_clock::now,
                                          .catch_interrupts = CatchInterrupts,
                                          .interrupted = [] { return interrupted != 0; }};
  return pigeonhub::cli::RunPigeonctl(std::vector<std::string>(argv + 1, argv + argc), environment);
}
