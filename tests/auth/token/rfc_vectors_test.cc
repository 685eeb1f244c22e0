// SPDX-License-Identifier: Apache-2.0
//
// The examples that RFC 7515, 7520 and 8037 print, as far as their algorithm is one of ours.

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "server/auth/token/jwks.h"
#include "server/auth/token/jws.h"
#include "server/auth/token/signature.h"

namespace pigeonhub::auth {
namespace {

struct Vector {
  std::string section, jwk, token;
};

std::vector<Vector> Vectors() {
  std::ifstream in(std::string(PIGEONHUB_FROZEN) + "/rfc_vectors.txt");
  std::vector<Vector> vectors;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    Vector& next = vectors.emplace_back();
    words >> next.section >> next.jwk >> next.token;
  }
  return vectors;
}

bool Holds(const Vector& vector, const std::string& token) {
  const auto set = ParseJwks(R"({"keys":[)" + vector.jwk + "]}", JwksOrigin::kFile);
  EXPECT_TRUE(set.ok()) << vector.section << ": " << set.status();
  const auto jws = ParseJws(token);
  if (!set.ok() || !jws.ok()) return false;
  const auto header = ParseJwsHeader(jws->header);
  if (!header.ok()) return false;
  const TokenKey& key = set->keys.front();
  return key.kid == header->kid.value_or("") && key.Serves(header->algorithm) &&
         IsSigned(key.material, header->algorithm, jws->signed_text, jws->signature);
}

TEST(RfcVectors, AreSignedByTheirKeys) {
  const std::vector<Vector> vectors = Vectors();
  ASSERT_EQ(vectors.size(), 6U);
  for (const Vector& vector : vectors) EXPECT_TRUE(Holds(vector, vector.token)) << vector.section;
}

TEST(RfcVectors, AreNotSignedOnceABitIsAnother) {
  for (const Vector& vector : Vectors()) {
    for (size_t i = 0; i < vector.token.size(); ++i) {
      std::string token = vector.token;
      token[i] = static_cast<char>(token[i] ^ 1);
      EXPECT_FALSE(Holds(vector, token)) << vector.section << " at " << i;
    }
  }
}

}  // namespace
}  // namespace pigeonhub::auth
