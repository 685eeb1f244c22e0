// SPDX-License-Identifier: Apache-2.0

#include "control/pages/qr_code.h"

#include <qrencode.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace pigeonhub {
namespace {

// Readers find a code by the light around it; screens do with less than paper.
constexpr size_t kPaperMargin = 4;
constexpr size_t kScreenMargin = 2;

}  // namespace

std::optional<QrCode> QrCode::Of(std::string_view text) {
  if (text.empty() || text.size() > kMostQrText) return std::nullopt;
  // Screens have no stains, so the weakest correction does, and makes the smallest code.
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), /*version=*/0,
                        QR_ECLEVEL_L),
      QRcode_free);
  if (code == nullptr) return std::nullopt;
  const auto width = static_cast<size_t>(code->width);
  std::vector<bool> dark(width * width);
  for (size_t i = 0; i < dark.size(); ++i) dark[i] = (code->data[i] & 1) != 0;
  return QrCode(width, std::move(dark));
}

bool QrCode::IsDark(size_t column, size_t row) const {
  return column < width_ && row < width_ && dark_[row * width_ + column];
}

std::string QrSvg(const QrCode& code) {
  const size_t size = code.width() + 2 * kPaperMargin;
  std::string svg =
      absl::StrCat("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", size, " ", size,
                   "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" ", "d=\"M0 0h", size, "v",
                   size, "H0z\"/><path d=\"");
  for (size_t row = 0; row < code.width(); ++row) {
    for (size_t column = 0; column < code.width(); ++column) {
      if (!code.IsDark(column, row)) continue;
      const size_t begin = column;
      while (code.IsDark(column + 1, row)) ++column;
      const size_t length = column + 1 - begin;
      absl::StrAppend(&svg, "M", begin + kPaperMargin, " ", row + kPaperMargin, "h", length, "v1h-",
                      length, "z");
    }
  }
  return svg + "\"/></svg>\n";
}

std::string QrHalfBlocks(const QrCode& code, bool colour) {
  // What is dark is left to the background, so a block is light.
  constexpr std::string_view kLightAbove[2] = {" ", "\u2580"};
  constexpr std::string_view kLightAboveAndBelow[2] = {"\u2584", "\u2588"};
  // Columns and rows before the code wrap around to numbers that are outside of it.
  const auto is_light = [&](size_t column, size_t row) {
    return !code.IsDark(column - kScreenMargin, row - kScreenMargin);
  };
  const size_t size = code.width() + 2 * kScreenMargin;
  std::string lines;
  for (size_t row = 0; row < size; row += 2) {
    if (colour) lines += "\x1b[97;40m";
    for (size_t column = 0; column < size; ++column) {
      const bool above = is_light(column, row);
      const bool below = row + 1 < size && is_light(column, row + 1);
      lines += below ? kLightAboveAndBelow[above] : kLightAbove[above];
    }
    lines += colour ? "\x1b[0m\n" : "\n";
  }
  return lines;
}

}  // namespace pigeonhub
