// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cli/rpc/client.h"

namespace pigeonhub::cli {

// The id of the connected peer that `typed` means: the whole id, or a beginning that no other
// connected peer's id has, as tables show it ("ab66c094…"). What is no beginning of an id is given
// back as it is; the hub says what is wrong with it. NOT_FOUND or INVALID_ARGUMENT, one line, for a
// beginning that nobody's id or several ids have.
absl::StatusOr<std::string> WholePeerId(Client& hub, std::string typed);

// The same for a hub, of those that this hub knows. "*" means all of them.
absl::StatusOr<std::string> WholeHubId(Client& hub, std::string typed);

}  // namespace pigeonhub::cli
