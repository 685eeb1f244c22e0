// SPDX-License-Identifier: Apache-2.0

#include "server/base/base64url.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

TEST(Base64Url, ReadsWhatItWrites) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(FromBase64Url(ToBase64Url(bytes)), bytes);
    bytes += static_cast<char>(255 - i);
  }
}

// RFC 7515, appendix C.
TEST(Base64Url, IsWrittenAsTheStandardShows) {
  EXPECT_EQ(ToBase64Url("\x03\xEC\xFF\xE0\xC1"), "A-z_4ME");
  EXPECT_EQ(ToBase64Url(""), "");
}

TEST(Base64Url, HasOneSpelling) {
  EXPECT_EQ(FromBase64Url("QQ"), "A");
  for (const std::string other : {"QQ==", "QQ=", "QR", "QQ\n", " QQ", "Q Q", "Q", "QQQQQ", "+/+/",
                                  "Q.Q", "\xC3\xA9\xC3\xA9"}) {
    EXPECT_EQ(FromBase64Url(other), std::nullopt) << other;
  }
}

}  // namespace
}  // namespace pigeonhub
