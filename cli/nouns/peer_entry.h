// SPDX-License-Identifier: Apache-2.0
//
// How synthetic peers come in at hubs, for commands that ask the control API, too: --ca and
// --token-file are for that.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "cli/probe/stream.h"

namespace pigeonhub::cli {

// `own`, --peer-ca, --peer-token-file and --proxy-protocol.
std::vector<Flag> PeerFlags(std::vector<Flag> own);

// What the flags say. `token_flag`: the flag whose file has the token.
absl::StatusOr<Entry> PeerEntryOf(const Arguments& arguments,
                                  std::string_view token_flag = "peer-token-file");

}  // namespace pigeonhub::cli
