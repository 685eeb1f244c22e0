// SPDX-License-Identifier: Apache-2.0
//
// Keys that nobody gave, kept in the folder where programs keep what is to last for a user. The
// hubs of one user share a hub key, so that they find each other and nobody else becomes one of
// them. And a hub that has the same id again signs with the same key again.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "pigeonhub/peer_id.h"
#include "server/base/key_pair.h"
#include "server/base/variables.h"

namespace pigeonhub {

// $XDG_STATE_HOME/pigeonhub, else ~/.local/state/pigeonhub (XDG Base Directory Specification).
// Empty if the environment names neither folder.
std::string StateFolder(const Variables& variables);

// The paths of the files below.
std::string UserHubKeyFile(const std::string& folder);
std::string SigningKeyFile(const std::string& folder, const PeerId& hub);

// The text of `hub.key` in the folder. If there is none it is made, with a random key, for its
// owner alone; of several processes that make it at once one wins, and all get what it made.
// INVALID_ARGUMENT if others can read or replace the file or there is no key in it, another code if
// it can be neither read nor made, or `folder` is empty. Errors are one line.
absl::StatusOr<std::string> OpenUserHubKey(const std::string& folder);

// What the hub with this id signs with, from `signing-ID.key`; made and refused in the same way.
absl::StatusOr<PrivateKey> OpenSigningKey(const std::string& folder, const PeerId& hub);

}  // namespace pigeonhub
