// SPDX-License-Identifier: Apache-2.0
//
// Good tokens with changes at random: none of them is good any more.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <variant>

#include "server/auth/token/token_verifier.h"
#include "tests/support/token_keys.h"

namespace pigeonhub::auth {
namespace {

constexpr UnixMillis kChecked = 1'700'000'000'000;
constexpr char kClaims[] =
    R"({"exp":1700003600,"sub":"user42","peerpigeon":{"ns":["chat","game:*"],"hub":false}})";
constexpr Algorithm kMutated[] = {
    Algorithm::kHs256, Algorithm::kHs384, Algorithm::kHs512, Algorithm::kRs256, Algorithm::kRs384,
    Algorithm::kRs512, Algorithm::kPs256, Algorithm::kEs256, Algorithm::kEs384, Algorithm::kEdDsa};
constexpr int kMutationsEach = 1000;

class Mutator {
 public:
  // Another text than this one.
  std::string Mutated(const std::string& token) {
    std::string text = token;
    do {
      for (size_t changes = 1 + Below(3); changes > 0; --changes) Change(text);
    } while (text == token);
    return text;
  }

 private:
  void Change(std::string& text) {
    constexpr std::string_view kCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n{\"";
    const size_t at = Below(text.size());
    switch (Below(6)) {
      case 0:
        text[at] = kCharacters[Below(kCharacters.size())];
        break;
      case 1:
        text[at] = static_cast<char>(text[at] ^ (1 << Below(8)));
        break;
      case 2:
        text.insert(at, 1, kCharacters[Below(kCharacters.size())]);
        break;
      case 3:
        if (text.size() > 1) text.erase(at, 1 + Below(4));
        break;
      case 4:  // a piece of it stands somewhere else as well
        text.insert(at, text.substr(Below(text.size()), 1 + Below(16)));
        break;
      default:
        std::swap(text[at], text[Below(text.size())]);
    }
  }
  size_t Below(size_t limit) { return random_() % limit; }

  std::mt19937 random_{20261129};
};

TEST(MutatedTokens, AreNeverAccepted) {
  Mutator mutator;
  size_t tried = 0;
  for (const Algorithm algorithm : kMutated) {
    KeyMaterial signer = Secret(64, 's');
    KeyMaterial checker = signer;
    if (KindFor(algorithm) != KeyKind::kSecret) {
      const KeyPair pair = MakeKeyPair(KindFor(algorithm));
      signer = SignerOf(pair);
      checker = CheckerOf(pair);
    }
    TokenVerifier verifier({});
    verifier.SetKeys(KeyOrigin::kFiles, {{checker, "k"}});
    const std::string token = Signed(kClaims, algorithm, signer);
    ASSERT_TRUE(std::holds_alternative<SharedClaims>(verifier.Check(token, kChecked)));
    for (int i = 0; i < kMutationsEach; ++i, ++tried) {
      const std::string mutated = mutator.Mutated(token);
      const auto checked = verifier.Check(mutated, kChecked);
      const auto* reason = std::get_if<Reason>(&checked);
      ASSERT_NE(reason, nullptr) << AlgorithmName(algorithm) << ": " << mutated;
      ASSERT_TRUE(*reason == Reason::kTokenInvalid || *reason == Reason::kTokenMissing) << mutated;
    }
  }
  EXPECT_EQ(tried, 10'000U);
}

}  // namespace
}  // namespace pigeonhub::auth
