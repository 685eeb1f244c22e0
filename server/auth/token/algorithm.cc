// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/algorithm.h"

#include <cstddef>

namespace pigeonhub::auth {
namespace {

struct Row {
  Algorithm algorithm;
  std::string_view name;
  KeyKind kind;
};

// In the order of the enum. The first row of a kind is its usual algorithm.
constexpr Row kRows[] = {
    {Algorithm::kHs256, "HS256", KeyKind::kSecret}, {Algorithm::kHs384, "HS384", KeyKind::kSecret},
    {Algorithm::kHs512, "HS512", KeyKind::kSecret}, {Algorithm::kRs256, "RS256", KeyKind::kRsa},
    {Algorithm::kRs384, "RS384", KeyKind::kRsa},    {Algorithm::kRs512, "RS512", KeyKind::kRsa},
    {Algorithm::kPs256, "PS256", KeyKind::kRsa},    {Algorithm::kEs256, "ES256", KeyKind::kP256},
    {Algorithm::kEs384, "ES384", KeyKind::kP384},   {Algorithm::kEdDsa, "EdDSA", KeyKind::kEd25519},
};

const Row& RowOf(Algorithm algorithm) { return kRows[static_cast<size_t>(algorithm)]; }

}  // namespace

std::string_view AlgorithmName(Algorithm algorithm) { return RowOf(algorithm).name; }

std::optional<Algorithm> FindAlgorithm(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

std::string_view KeyKindName(KeyKind kind) {
  switch (kind) {
    case KeyKind::kSecret:
      return "HMAC";
    case KeyKind::kRsa:
      return "RSA";
    case KeyKind::kP256:
      return "P-256";
    case KeyKind::kP384:
      return "P-384";
    case KeyKind::kEd25519:
      break;
  }
  return "Ed25519";
}

KeyKind KindFor(Algorithm algorithm) { return RowOf(algorithm).kind; }

Algorithm UsualAlgorithm(KeyKind kind) {
  for (const Row& row : kRows) {
    if (row.kind == kind) return row.algorithm;
  }
  return Algorithm::kEdDsa;  // not reached: every kind has a row
}

}  // namespace pigeonhub::auth
