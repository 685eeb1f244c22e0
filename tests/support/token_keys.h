// SPDX-License-Identifier: Apache-2.0
//
// Keys made on the spot, and tokens signed with them, for tests of tokens.
#pragma once

#include <string>
#include <string_view>

#include "server/auth/token/algorithm.h"
#include "server/auth/token/key_material.h"

namespace pigeonhub {

struct KeyPair {
  std::string private_pem;
  std::string public_pem;
};

// Of a kind that has two halves; the bits are those of an RSA key.
KeyPair MakeKeyPair(auth::KeyKind kind, unsigned rsa_bits = 2048);
// Of a curve that no token is signed with.
KeyPair MakeKeyPairOn(const std::string& curve);

// The half that signs, and the one that checks. Both end the test program if the text is no key.
auth::KeyMaterial SignerOf(const KeyPair& pair);
auth::KeyMaterial CheckerOf(const KeyPair& pair);

// A token of exactly these texts.
std::string Signed(std::string_view header, std::string_view claims, auth::Algorithm algorithm,
                   const auth::KeyMaterial& signer);
// With the plain header {"alg":…}.
std::string Signed(std::string_view claims, auth::Algorithm algorithm,
                   const auth::KeyMaterial& signer);

}  // namespace pigeonhub
