// SPDX-License-Identifier: Apache-2.0
//
// The algorithms that a token may be signed with (RFC 7518, RFC 8037), and the kind of key that
// each of them takes. "none" is not among them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pigeonhub::auth {

enum class Algorithm : uint8_t {
  kHs256,
  kHs384,
  kHs512,
  kRs256,
  kRs384,
  kRs512,
  kPs256,
  kEs256,
  kEs384,
  kEdDsa,
};

enum class KeyKind : uint8_t {
  kSecret,  // for HMAC: who checks can sign as well
  kRsa,
  kP256,
  kP384,
  kEd25519,
};

// As the header of a token has it: "HS256".
std::string_view AlgorithmName(Algorithm algorithm);
// In exactly this spelling.
std::optional<Algorithm> FindAlgorithm(std::string_view name);

// As people call it: "HMAC", "RSA", "P-256", "Ed25519".
std::string_view KeyKindName(KeyKind kind);

KeyKind KindFor(Algorithm algorithm);
// What a key of this kind signs with here.
Algorithm UsualAlgorithm(KeyKind kind);

}  // namespace pigeonhub::auth
