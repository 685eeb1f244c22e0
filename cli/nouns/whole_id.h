// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cli/rpc/client.h"

namespace pigeonhub::cli {

// The id that `typed` means: the whole id, or a beginning that no other has, as tables show it
// ("ab66c094…"). Two ids may differ in the case of their letters alone, so one that begins letter
// by letter as it was typed goes before those in another case; of peers, only a beginning that was
// typed in upper case is looked for in lower case. What is no beginning of an id is
// given back as it is; the hub says what is wrong with it. NOT_FOUND or INVALID_ARGUMENT, one line,
// for a beginning that nobody's id or several ids have.

// Of a peer that is connected to this hub, or to another one that tells of it.
absl::StatusOr<std::string> WholePeerId(Client& hub, std::string typed);

// Of a hub, of those that this hub knows or knew: those that "*" means, which is given back itself.
absl::StatusOr<std::string> WholeHubId(Client& hub, std::string typed);

// Of a hub in quarantine.
absl::StatusOr<std::string> WholeQuarantinedId(Client& hub, std::string typed);

}  // namespace pigeonhub::cli
