// SPDX-License-Identifier: Apache-2.0
//
// A token in its outer form: a JSON web signature in compact serialization (RFC 7515), three parts
// of base64url with dots between them. Nothing here says whether it is true.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/auth/token/algorithm.h"

namespace pigeonhub::auth {

inline constexpr size_t kLongestToken = size_t{8} * 1024;

struct Jws {
  std::string header;            // JSON, as everything here not yet read
  std::string payload;           // JSON
  std::string signature;         // bytes
  std::string_view signed_text;  // of the token
};

// INVALID_ARGUMENT says which rule is broken, without any part of the token.
absl::StatusOr<Jws> ParseJws(std::string_view token);

struct JwsHeader {
  Algorithm algorithm = Algorithm::kEdDsa;
  std::optional<std::string> kid;
};

// As above. Refuses every header that asks for more than a plain signature ("crit", "b64"), and a
// type ("typ") other than a token's. Where keys may be had ("jwk", "jku", "x5c", …) is not looked
// at: a token brings no key.
absl::StatusOr<JwsHeader> ParseJwsHeader(std::string_view json);

}  // namespace pigeonhub::auth
