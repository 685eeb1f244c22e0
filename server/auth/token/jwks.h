// SPDX-License-Identifier: Apache-2.0
//
// A set of JSON web keys (RFC 7517), as identity providers publish them:
// {"keys":[{"kty":"RSA",…}]}.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/auth/token/token_key.h"

namespace pigeonhub::auth {

inline constexpr size_t kLargestJwks = size_t{256} * 1024;
inline constexpr size_t kMostKeysOfJwks = 64;

enum class JwksOrigin {
  kFile,
  kUrl,  // what everybody can get holds no secret: keys of kty "oct" are skipped
};

struct Jwks {
  std::vector<TokenKey> keys;
  size_t skipped = 0;         // keys of another use, kind or algorithm, weak or broken ones
  std::string first_skipped;  // why, for one of them, without any part of the key
};

// INVALID_ARGUMENT in one line if there is no set of keys, no key in it that can be used, or more
// than kMostKeysOfJwks of them.
absl::StatusOr<Jwks> ParseJwks(std::string_view text, JwksOrigin origin);

}  // namespace pigeonhub::auth
