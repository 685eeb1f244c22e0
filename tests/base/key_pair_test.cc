// SPDX-License-Identifier: Apache-2.0

#include "server/base/key_pair.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "server/base/hex.h"

namespace pigeonhub {
namespace {

template <typename Bytes>
Bytes BytesOf(std::string_view hex) {
  const std::string text = FromHex(hex).value();
  Bytes bytes;
  EXPECT_EQ(text.size(), bytes.size());
  std::copy(text.begin(), text.end(), bytes.begin());
  return bytes;
}

template <typename Bytes>
std::string Hex(const Bytes& bytes) {
  return ToHex(std::string(bytes.begin(), bytes.end()));
}

// RFC 8032, 7.1, test 2.
TEST(SigningKey, IsEd25519) {
  const SigningKey key(
      BytesOf<PrivateKey>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  EXPECT_EQ(Hex(key.public_key()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(Hex(key.Sign("\x72")),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST(SigningKey, SignsOneTextForOneOwner) {
  const SigningKey key(MakePrivateKey());
  const SigningKey other(MakePrivateKey());
  const Signature signature = key.Sign("text");
  EXPECT_TRUE(IsSignedBy(key.public_key(), "text", signature));
  EXPECT_FALSE(IsSignedBy(key.public_key(), "texT", signature));
  EXPECT_FALSE(IsSignedBy(other.public_key(), "text", signature));
  for (size_t i = 0; i < signature.size(); ++i) {
    Signature changed = signature;
    changed[i] ^= 1;
    EXPECT_FALSE(IsSignedBy(key.public_key(), "text", changed)) << i;
  }
}

TEST(SigningKey, OfNoPointOfTheCurveSignedNothing) {
  PublicKey none;
  none.fill(0xff);
  EXPECT_FALSE(IsSignedBy(none, "text", Signature{}));
}

// RFC 7748, 6.1.
TEST(AgreementKey, IsX25519) {
  const AgreementKey bob(
      BytesOf<PrivateKey>("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  EXPECT_EQ(Hex(bob.public_key()),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const auto alice =
      BytesOf<PublicKey>("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(Hex(bob.AgreeWith(alice).value()),
            "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

TEST(AgreementKey, AgreesWithEachOtherOwnerOnAnotherSecret) {
  const AgreementKey a(MakePrivateKey());
  const AgreementKey b(MakePrivateKey());
  const AgreementKey c(MakePrivateKey());
  EXPECT_EQ(a.AgreeWith(b.public_key()), b.AgreeWith(a.public_key()));
  EXPECT_NE(a.AgreeWith(b.public_key()), a.AgreeWith(c.public_key()));
}

// With the point of order one the secret is zero, whatever our key is.
TEST(AgreementKey, DoesNotAgreeOnWhatEverybodyKnows) {
  EXPECT_EQ(AgreementKey(MakePrivateKey()).AgreeWith(PublicKey{}), std::nullopt);
}

// RFC 5869 has no case with an empty salt and 32 bytes of key; this value is of Python's hmac.
TEST(DerivedKey, IsHkdfWithSha256) {
  SharedSecret secret;
  secret.fill(0x0b);
  EXPECT_EQ(DeriveKey(secret, "purpose", 42).size(), 42U);
  EXPECT_EQ(ToHex(DeriveKey(secret, "purpose", 32)),
            "a91633b5045e34a21acc75c1689d0a3539fbd0f43375c96cfab5fb7e85096df0");
  EXPECT_NE(DeriveKey(secret, "purpose", 32), DeriveKey(secret, "another", 32));
}

}  // namespace
}  // namespace pigeonhub
