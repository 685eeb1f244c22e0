// SPDX-License-Identifier: Apache-2.0
//
// Digits, digests, randomness and time: what is bytes on one side and text on the other.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "server/base/digest.h"
#include "server/base/hex.h"
#include "server/base/iso_time.h"
#include "server/base/random.h"

namespace pigeonhub {
namespace {

using namespace std::string_literals;

TEST(Hex, IsTwoDigitsAByte) {
  EXPECT_EQ(ToHex("\x00\x7f\xff"s), "007fff");
  EXPECT_EQ(ToHex(""), "");
  EXPECT_EQ(FromHex("007fFF"), "\x00\x7f\xff"s);
  for (const char* text : {"0", "0g", "0x", "+1", " 1", "00 "}) {
    EXPECT_EQ(FromHex(text), std::nullopt) << text;
  }
}

TEST(Hex, HasOneSpellingInLowerCase) {
  EXPECT_TRUE(IsLowerHex("00af", 4));
  EXPECT_FALSE(IsLowerHex("00AF", 4));
  EXPECT_FALSE(IsLowerHex("00af", 5));
  EXPECT_FALSE(IsLowerHex("00ag", 4));
}

// FIPS 180-2, appendix B, and RFC 4231, test case 2.
TEST(Digest, IsSha256) {
  EXPECT_EQ(HexOf(DigestOf("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexOf(MacOf("what do ya want for nothing?", "Jefe")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, IsReadInEitherCase) {
  std::string hex = HexOf(DigestOf("abc"));
  EXPECT_EQ(ParseDigest(hex), DigestOf("abc"));
  hex[0] = 'B';
  EXPECT_EQ(ParseDigest(hex), DigestOf("abc"));
  EXPECT_EQ(ParseDigest(hex + "00"), std::nullopt);
  EXPECT_EQ(ParseDigest(hex.substr(2)), std::nullopt);
  hex[63] = 'g';
  EXPECT_EQ(ParseDigest(hex), std::nullopt);
}

TEST(Digest, IsComparedAsAWhole) {
  EXPECT_TRUE(EqualInConstantTime(DigestOf("a"), DigestOf("a")));
  EXPECT_FALSE(EqualInConstantTime(DigestOf("a"), DigestOf("b")));
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_FALSE(EqualInConstantTime("a", "ab"));
}

TEST(Random, IsAsLongAsWantedAndNeverTheSame) {
  EXPECT_EQ(RandomBytes(16).size(), 16u);
  EXPECT_TRUE(IsLowerHex(RandomHex(40), 40));
  EXPECT_TRUE(IsLowerHex(RandomHex(7), 7));
  EXPECT_NE(RandomHex(32), RandomHex(32));
  EXPECT_NE(RandomSeed(), RandomSeed());
}

TEST(IsoTime, WritesMillisecondsInUtc) {
  EXPECT_EQ(IsoTime(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(IsoTime(951827696789), "2000-02-29T12:34:56.789Z");
  EXPECT_EQ(IsoTime(1767225599999), "2025-12-31T23:59:59.999Z");
  EXPECT_EQ(IsoTime(-1), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace pigeonhub
