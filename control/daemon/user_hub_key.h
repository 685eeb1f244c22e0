// SPDX-License-Identifier: Apache-2.0
//
// The hub key of those who gave none: the hubs of one user share a key, so that they find each
// other and nobody else becomes one of them.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "server/base/variables.h"

namespace pigeonhub {

// $XDG_STATE_HOME/pigeonhub/hub.key, else ~/.local/state/pigeonhub/hub.key (XDG Base Directory
// Specification). Empty if the environment names neither folder.
std::string UserHubKeyPath(const Variables& variables);

// The text of that file. If there is none it is made, with a random key, for its owner alone; of
// several processes that make it at once one wins, and all get what it made. INVALID_ARGUMENT if
// others can read the file or there is no key in it, another code if it can be neither read nor
// made. Errors are one line.
absl::StatusOr<std::string> OpenUserHubKey(const std::string& path);

}  // namespace pigeonhub
