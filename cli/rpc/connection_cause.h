// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "cli/rpc/target.h"

namespace pigeonhub::cli {

// Why no connection to the hub came about, and what to do, in one line that names the address.
// Looks at the address itself, for at most four seconds; where that finds nothing wrong it goes by
// `message`, gRPC's own. Empty if that is empty, too.
std::string ConnectionCause(const Target& target, std::string_view message);

}  // namespace pigeonhub::cli
