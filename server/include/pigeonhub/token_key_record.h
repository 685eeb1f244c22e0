// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

#include "pigeonhub/time.h"

namespace pigeonhub {

// A key that tokens of peers are checked with, and what was seen of it. The key itself is not in
// it.
struct TokenKeyRecord {
  std::string kid;           // what tokens call it; empty: no name
  std::string kind;          // "HMAC", "Ed25519"; or the one algorithm that it is for, "RS256"
  std::string source;        // the file or URL that it is from; empty: the program made it
  UnixMillis loaded_at = 0;  // since when it is among the keys; stays when the file is read again
  UnixMillis last_used_at = 0;  // when a token came last that it signed; 0: none did
  uint64_t uses = 0;            // such tokens so far, whatever else was wrong with them
};

}  // namespace pigeonhub
