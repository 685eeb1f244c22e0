// SPDX-License-Identifier: Apache-2.0

#include "control/pages/qr_code.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace pigeonhub {
namespace {

TEST(QrCode, HasThreeCornersThatReadersLookFor) {
  const auto code = QrCode::Of("http://192.168.1.5:3000/demo");
  ASSERT_TRUE(code.has_value());
  ASSERT_EQ(code->width(), 25u) << "version 2 has room for it";
  const size_t last = code->width() - 1;
  // A dark ring, a light one, and a dark square.
  const auto expect_corner = [&](size_t left, size_t top) {
    for (size_t i = 0; i < 7; ++i) {
      for (size_t j = 0; j < 7; ++j) {
        const size_t ring = std::min({i, j, 6 - i, 6 - j});
        EXPECT_EQ(code->IsDark(left + i, top + j), ring != 1) << left + i << ' ' << top + j;
      }
    }
  };
  expect_corner(0, 0);
  expect_corner(last - 6, 0);
  expect_corner(0, last - 6);
  EXPECT_FALSE(code->IsDark(last + 1, 0));
}

TEST(QrCode, IsMadeOfTextsOfALength) {
  EXPECT_FALSE(QrCode::Of("").has_value());
  EXPECT_TRUE(QrCode::Of(std::string(kMostQrText, 'a')).has_value());
  EXPECT_FALSE(QrCode::Of(std::string(kMostQrText + 1, 'a')).has_value());
  EXPECT_TRUE(QrCode::Of(std::string("a\0b", 3)).has_value()) << "any bytes";
}

TEST(QrCode, IsAPictureWithAMargin) {
  const std::string svg = QrSvg(*QrCode::Of("a"));
  EXPECT_TRUE(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 29 29\""))
      << svg;
  EXPECT_NE(svg.find("M4 4h7v1h-7z"), std::string::npos) << svg;
  EXPECT_TRUE(svg.ends_with("\"/></svg>\n")) << svg;
}

TEST(QrCode, FitsATerminal) {
  const auto code = QrCode::Of("a");
  const std::string lines = QrHalfBlocks(*code, /*colour=*/false);
  // 21 rows and 2 of margin on each side, two in a line.
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 13);
  EXPECT_EQ(lines.find('\x1b'), std::string::npos);
  const std::string first = lines.substr(0, lines.find('\n'));
  std::string light;
  for (size_t i = 0; i < 25; ++i) light += "\u2588";
  EXPECT_EQ(first, light);
  EXPECT_TRUE(QrHalfBlocks(*code, /*colour=*/true).starts_with("\x1b[97;40m"));
}

}  // namespace
}  // namespace pigeonhub
