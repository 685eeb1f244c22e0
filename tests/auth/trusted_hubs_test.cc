// SPDX-License-Identifier: Apache-2.0

#include "server/auth/trusted_hubs.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub::auth {
namespace {

const std::string kId = "0123456789abcdef0123456789abcdef01234567";
const std::string kOtherId = "ffffffffffffffffffffffffffffffffffffffff";

PublicKey KeyOf(uint8_t byte) {
  PublicKey key;
  key.fill(byte);
  return key;
}

TEST(TrustedHubs, AreALineEach) {
  const std::string key = TextOf(KeyOf(7));
  const auto hubs = ParseTrustedHubs("# the mesh\n\n" + kId + " " + key + "\r\n  " + kOtherId +
                                     "\t" + TextOf(KeyOf(8)) + "  ");
  ASSERT_TRUE(hubs.ok()) << hubs.status();
  ASSERT_EQ(hubs->size(), 2U);
  EXPECT_EQ(hubs->at(*PeerId::Parse(kId)), KeyOf(7));
  EXPECT_EQ(hubs->at(*PeerId::Parse(kOtherId)), KeyOf(8));
}

TEST(TrustedHubs, SayWhichLineIsWrong) {
  const std::string key = TextOf(KeyOf(7));
  const auto error = [](const std::string& text) {
    return std::string(ParseTrustedHubs(text).status().message());
  };
  EXPECT_EQ(error("\n" + kId), "line 2: give a hub's id and its public key");
  EXPECT_EQ(error("abc " + key), "line 1: a hub's id has 40 hexadecimal digits");
  EXPECT_EQ(error(kId + " " + key.substr(1)),
            "line 1: a public key has 43 characters of base64url");
  EXPECT_EQ(error(kId + " " + key + "\n" + kId + " " + key), "line 2: this hub has a key above");
}

TEST(PublicKeyText, HasOneSpelling) {
  const std::string text = TextOf(KeyOf(0xff));
  EXPECT_EQ(text.size(), 43U);
  EXPECT_EQ(ParsePublicKey(text), KeyOf(0xff));
  EXPECT_EQ(ParsePublicKey(text + "="), std::nullopt);
  std::string same_bytes = text;
  same_bytes.back() = '9';  // the last two bits of the last character say nothing
  EXPECT_EQ(ParsePublicKey(same_bytes), std::nullopt);
  EXPECT_EQ(ParsePublicKey(""), std::nullopt);
}

}  // namespace
}  // namespace pigeonhub::auth
