// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/key_file.h"

#include <gtest/gtest.h>

#include <string>

#include "server/auth/token/signature.h"
#include "tests/support/token_keys.h"

namespace pigeonhub::auth {
namespace {

const std::string kOne = "0123456789abcdef0123456789abcdef";
const std::string kOther = "another secret of more than 32 bytes";

std::string ErrorOf(const std::string& text) {
  const auto keys = ParseKeyFile(text, "k");
  return keys.ok() ? "" : std::string(keys.status().message());
}

TEST(KeyFile, IsCalledWithoutFolderAndExtension) {
  EXPECT_EQ(KidOf("/etc/pigeonhub/2026-11.pem"), "2026-11");
  EXPECT_EQ(KidOf("keys"), "keys");
  EXPECT_EQ(KidOf("a.b.key"), "a.b");
}

TEST(KeyFile, HoldsSecretsALineEach) {
  const auto keys = ParseKeyFile("# first\n" + kOne + "\n\n  " + kOther + "\r\n", "2026");
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_EQ(std::get<Secret>((*keys)[0].material), kOne);
  EXPECT_EQ(std::get<Secret>((*keys)[1].material), kOther);
  for (const TokenKey& key : *keys) {
    EXPECT_EQ(key.kid, "2026");
    EXPECT_TRUE(key.Serves(Algorithm::kHs512));
    EXPECT_FALSE(key.Serves(Algorithm::kEdDsa));
  }
}

TEST(KeyFile, HoldsPublicKeysOfEveryKind) {
  std::string text = "# keys of the app\n";
  for (const KeyKind kind : {KeyKind::kRsa, KeyKind::kP256, KeyKind::kP384, KeyKind::kEd25519}) {
    text += MakeKeyPair(kind).public_pem;
  }
  const auto keys = ParseKeyFile(text, "k");
  ASSERT_TRUE(keys.ok()) << keys.status();
  ASSERT_EQ(keys->size(), 4U);
  EXPECT_TRUE((*keys)[0].Serves(Algorithm::kPs256));
  EXPECT_TRUE((*keys)[1].Serves(Algorithm::kEs256));
  EXPECT_FALSE((*keys)[1].Serves(Algorithm::kEs384));
  EXPECT_TRUE((*keys)[2].Serves(Algorithm::kEs384));
  EXPECT_TRUE((*keys)[3].Serves(Algorithm::kEdDsa));
}

TEST(KeyFile, IsRefusedWithTheLine) {
  EXPECT_EQ(ErrorOf(kOne + "\nshort\n"),
            "line 2: a secret has at least 32 bytes (openssl rand -hex 32 makes one)");
  EXPECT_EQ(ErrorOf("# nothing\n"), "line 1: there is no key in this file");
  EXPECT_EQ(ErrorOf(""), "line 1: there is no key in this file");
  const KeyPair pair = MakeKeyPair(KeyKind::kEd25519);
  EXPECT_EQ(ErrorOf("\n" + pair.private_pem),
            "line 2: a block of \"PRIVATE KEY\"; only PUBLIC KEY is read (openssl pkey -pubout "
            "makes it)");
  EXPECT_EQ(ErrorOf(pair.public_pem + kOne),
            "line 4: a line between blocks of PEM; keep secrets in a file of their own");
  EXPECT_EQ(ErrorOf("\n" + pair.public_pem.substr(0, 60)), "line 2: this block of PEM has no end");
  EXPECT_EQ(ErrorOf("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
            "line 1: not a key that OpenSSL can read");
  std::string many;
  for (int i = 0; i < 65; ++i) many += kOne + "\n";
  EXPECT_EQ(ErrorOf(many), "line 65: more than 64 keys");
}

TEST(KeyFile, HasNoWeakKey) {
  EXPECT_EQ(ErrorOf(MakeKeyPair(KeyKind::kRsa, 1024).public_pem),
            "line 1: an RSA key of 1024 bits; it has 2048 to 8192");
  EXPECT_EQ(ErrorOf(MakeKeyPairOn("P-521").public_pem),
            "line 1: an elliptic curve other than P-256 and P-384");
  EXPECT_EQ(ErrorOf(MakeKeyPairOn("secp256k1").public_pem),
            "line 1: an elliptic curve other than P-256 and P-384");
}

// Whoever knows the public key could else sign with it as the secret.
TEST(KeyFile, TakesNothingPublicForASecret) {
  const std::string pem = MakeKeyPair(KeyKind::kP256).public_pem;
  const std::string body =
      pem.substr(pem.find('\n') + 1, pem.rfind("\n-----") - pem.find('\n') - 1);
  std::string one_line = body;
  one_line.erase(one_line.find('\n'), 1);
  const std::string rsa = MakeKeyPair(KeyKind::kRsa).public_pem;
  for (const std::string& text :
       {one_line, rsa.substr(rsa.find('\n') + 1), std::string(pem.substr(1)),
        std::string(R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7T"}]})"),
        std::string("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFrU5pK5PEdJ4ZBHKWUKHTGp a@b")}) {
    EXPECT_NE(ErrorOf(text).find("line 1: "), std::string::npos) << text;
  }
}

TEST(KeyFile, HoldsWhatSigns) {
  const auto secret = ParseSigningKey("# secrets\n" + kOne + "\n" + kOther);
  ASSERT_TRUE(secret.ok()) << secret.status();
  EXPECT_EQ(std::get<Secret>(*secret), kOne);
  for (const KeyKind kind : {KeyKind::kRsa, KeyKind::kP256, KeyKind::kP384, KeyKind::kEd25519}) {
    const KeyPair pair = MakeKeyPair(kind);
    const auto key = ParseSigningKey(pair.private_pem);
    ASSERT_TRUE(key.ok()) << key.status();
    const Algorithm algorithm = UsualAlgorithm(kind);
    EXPECT_TRUE(IsSigned(CheckerOf(pair), algorithm, "text", Sign(*key, algorithm, "text")));
    EXPECT_EQ(ParseSigningKey(pair.public_pem).status().message(),
              "line 1: there is no PRIVATE KEY here to sign with");
  }
  EXPECT_FALSE(ParseSigningKey("").ok());
  EXPECT_FALSE(ParseSigningKey("short").ok());
}

}  // namespace
}  // namespace pigeonhub::auth
