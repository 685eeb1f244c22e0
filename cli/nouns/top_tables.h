// SPDX-License-Identifier: Apache-2.0
//
// What `top` shows to people.
#pragma once

#include <string>
#include <vector>

#include "cli/nouns/top_sample.h"
#include "cli/output/table.h"
#include "pigeonctl/v1/top.pb.h"

namespace pigeonhub::cli {

// Two lines on the hub.
std::vector<std::string> TopLines(const pigeonctl::v1::Top& top);
// The rows of the view.
Table TopTable(const pigeonctl::v1::Top& top, TopView view);

}  // namespace pigeonhub::cli
