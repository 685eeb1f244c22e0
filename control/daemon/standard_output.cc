// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/standard_output.h"

#include <cstdio>

namespace pigeonhub {

bool Print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) == 0) return true;
  std::perror("pigeonhub: stdout");
  return false;
}

}  // namespace pigeonhub
