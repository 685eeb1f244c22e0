// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "pigeonhub/token_claims.h"

namespace pigeonhub::auth {

// What a token claims (RFC 7519), from its payload. INVALID_ARGUMENT says which rule is broken:
//
// - exp has to be there: a token that never ends could only be called back by a ban, and those end.
// - Times are numbers of seconds, whole or not, of years up to 9999.
// - iss, sub, jti and aud are text of at most 256 bytes without control characters; aud may be an
//   array of those.
// - Entries of peerpigeon.ns are names of namespaces, or the beginning of names with one * behind
//   it. Without ns nothing is granted.
// - peerpigeon.attrs has at most 16 strings of at most 256 bytes, with names of at most 64.
//
// Other claims are not looked at.
absl::StatusOr<TokenClaims> ParseTokenClaims(std::string_view json);

}  // namespace pigeonhub::auth
