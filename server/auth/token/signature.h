// SPDX-License-Identifier: Apache-2.0
//
// Signatures as JSON web tokens have them (RFC 7518, section 3; RFC 8037).
#pragma once

#include <string>
#include <string_view>

#include "server/auth/token/algorithm.h"
#include "server/auth/token/key_material.h"

namespace pigeonhub::auth {

// Whether `key` signed this text with this algorithm. False for an algorithm that takes another
// kind of key.
bool IsSigned(const KeyMaterial& key, Algorithm algorithm, std::string_view text,
              std::string_view signature);

// With a secret or a private key. Empty if the algorithm takes another kind of key.
std::string Sign(const KeyMaterial& key, Algorithm algorithm, std::string_view text);

}  // namespace pigeonhub::auth
