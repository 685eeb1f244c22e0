// SPDX-License-Identifier: Apache-2.0
//
// A file of keys that tokens are checked with (--token-key): either secrets of at least 32 bytes,
// one a line, or public keys in PEM. Empty lines and lines that begin with # are skipped. What a
// token calls a key (kid) is the name of the file without its extension; all keys of a file share
// it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/auth/token/token_key.h"

namespace pigeonhub::auth {

inline constexpr size_t kMostKeysOfFile = 64;

// "2026-11" for "/etc/pigeonhub/2026-11.pem".
std::string KidOf(std::string_view path);

// INVALID_ARGUMENT in one line, which has the number of the line in the file and no part of a key.
// A file without any key is refused, too.
absl::StatusOr<std::vector<TokenKey>> ParseKeyFile(std::string_view text, std::string_view kid);

// The one key of a file that tokens are signed with: a secret, or a private key in PEM. Of several
// secrets it is the first.
absl::StatusOr<KeyMaterial> ParseSigningKey(std::string_view text);

}  // namespace pigeonhub::auth
