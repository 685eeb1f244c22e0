// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/change.h"

namespace pigeonhub::cli {

std::vector<Flag> ChangeFlags(std::vector<Flag> own) {
  own.push_back(Switch("dry-run", "Only say what it would do; the hub checks the request"));
  own.push_back(
      {.name = "request-id",
       .value = "ID",
       .help = "Do it once however often it is sent within 10 minutes (default: random)"});
  return own;
}

}  // namespace pigeonhub::cli
