// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a set of JSON web keys, and as a file of keys.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/auth/token/jwks.h"
#include "server/auth/token/key_file.h"
#include "server/auth/token/signature.h"
#include "server/base/text.h"
#include "tests/fuzz/require.h"

namespace pigeonhub::auth {
namespace {

// A key that was taken can be used: it says no to what nobody signed.
void Use(const TokenKey& key) {
  const Algorithm algorithm = key.only.value_or(UsualAlgorithm(KindOf(key.material)));
  REQUIRE(key.Serves(algorithm));
  REQUIRE(!IsSigned(key.material, algorithm, "text", std::string(64, 'x')));
  if (const auto* secret = std::get_if<Secret>(&key.material)) {
    REQUIRE(secret->size() >= kShortestSecret);
  }
}

void ReadSet(std::string_view text, JwksOrigin origin) {
  const auto set = ParseJwks(text, origin);
  if (!set.ok()) {
    REQUIRE(IsPlainText(std::string(set.status().message())));
    return;
  }
  REQUIRE(!set->keys.empty() && set->keys.size() <= kMostKeysOfJwks);
  REQUIRE((set->skipped == 0) == set->first_skipped.empty());
  for (const TokenKey& key : set->keys) {
    Use(key);
    REQUIRE(origin == JwksOrigin::kFile || KindOf(key.material) != KeyKind::kSecret);
  }
}

void ReadFile(std::string_view text) {
  const auto keys = ParseKeyFile(text, "k");
  if (keys.ok()) {
    REQUIRE(!keys->empty() && keys->size() <= kMostKeysOfFile);
    for (const TokenKey& key : *keys) Use(key);
  } else {
    REQUIRE(IsPlainText(std::string(keys.status().message())));
  }
  if (const auto key = ParseSigningKey(text); key.ok()) {
    REQUIRE(!Sign(*key, UsualAlgorithm(KindOf(*key)), "text").empty());
  }
}

}  // namespace
}  // namespace pigeonhub::auth

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace pigeonhub::auth;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  ReadSet(text, JwksOrigin::kFile);
  ReadSet(text, JwksOrigin::kUrl);
  ReadFile(text);
  return 0;
}
