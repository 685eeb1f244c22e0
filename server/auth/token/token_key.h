// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/auth/token/algorithm.h"
#include "server/auth/token/key_material.h"

namespace pigeonhub::auth {

// A key that tokens are checked with. What it may be used for is its own affair: a token's header
// only chooses among that.
struct TokenKey {
  KeyMaterial material;
  std::string kid;                     // what the header of a token calls it; empty: no name
  std::optional<Algorithm> only = {};  // empty: every algorithm that takes such a key
  std::string source = {};             // the file or URL that it is from; empty: none

  // A key without a name is called nothing.
  bool IsCalled(std::string_view name) const { return !kid.empty() && kid == name; }
  bool Serves(Algorithm algorithm) const {
    return KindFor(algorithm) == KindOf(material) && (!only.has_value() || only == algorithm);
  }
};

}  // namespace pigeonhub::auth
