// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/output/table.h"

namespace pigeonhub::cli {

// Adds sentences to `facts`, on as many lines as they need.
void AddParagraph(std::vector<std::pair<std::string, Cell>>& facts, std::string name,
                  std::string_view text);

}  // namespace pigeonhub::cli
