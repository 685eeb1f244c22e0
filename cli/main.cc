// SPDX-License-Identifier: Apache-2.0
//
// The program pigeonctl: the process around RunPigeonctl.

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>
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

std::optional<size_t> TerminalWidth() {
  constexpr size_t kUsual = 80;  // if the terminal does not tell its width
  if (isatty(STDOUT_FILENO) == 0) return std::nullopt;
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : kUsual;
}

}  // namespace

int main(int argc, char** argv) {
  pigeonhub::cli::Environment environment{.variables = pigeonhub::ReadVariables(environ),
                                          .in = std::cin,
                                          .out = std::cout,
                                          .err = std::cerr,
                                          .width = TerminalWidth(),
                                          .now = std::chrono::system_clock::now,
                                          .catch_interrupts = CatchInterrupts,
                                          .interrupted = [] { return interrupted != 0; }};
  return pigeonhub::cli::RunPigeonctl(std::vector<std::string>(argv + 1, argv + argc), environment);
}
