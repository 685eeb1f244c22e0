// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pigeonhub/token_claims.h"
#include "server/auth/token/key_material.h"

namespace pigeonhub::auth {

// A token with these claims, signed with the usual algorithm of the key (UsualAlgorithm), which is
// a secret or a private key. With an empty `kid` it names no key. INVALID_ARGUMENT where a hub
// would refuse such claims as malformed, or such a token as too long.
absl::StatusOr<std::string> MakeToken(const TokenClaims& claims, std::string_view kid,
                                      const KeyMaterial& key);

}  // namespace pigeonhub::auth
