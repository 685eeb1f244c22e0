// SPDX-License-Identifier: Apache-2.0
//
// Keys out of files that an operator named.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/auth/token/jwks.h"
#include "server/auth/token/token_key.h"

namespace pigeonhub::auth {

// All of these fail as ReadSmallFile does, and with INVALID_ARGUMENT in one line that begins with
// the path. A file with a secret or a private key has to be kept from other users (ReadSecretFile),
// any other one from their changes (ReadTrustedFile); one with public keys only need not.

// Of --token-key.
absl::StatusOr<std::vector<TokenKey>> ReadKeyFile(const std::string& path);
absl::StatusOr<Jwks> ReadJwksFile(const std::string& path);
// The text of such files, which was checked.
absl::StatusOr<std::string> ReadKeyFileText(const std::string& path);
absl::StatusOr<std::string> ReadJwksFileText(const std::string& path);
// Whether one of them is a secret.
bool HaveSecret(const std::vector<TokenKey>& keys);
absl::StatusOr<KeyMaterial> ReadSigningKey(const std::string& path);

}  // namespace pigeonhub::auth
