// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pigeonhub {

inline constexpr size_t kMostQrText = 512;  // bytes

// The squares of a QR code, without the margin that it needs around it.
class QrCode {
 public:
  // Nothing for an empty text, and for one of more than kMostQrText bytes.
  static std::optional<QrCode> Of(std::string_view text);

  size_t width() const { return width_; }
  // False outside of it.
  bool IsDark(size_t column, size_t row) const;

 private:
  QrCode(size_t width, std::vector<bool> dark) : width_(width), dark_(std::move(dark)) {}

  size_t width_;
  std::vector<bool> dark_;
};

// A picture of any size.
std::string QrSvg(const QrCode& code);

// Lines for a terminal, two rows in one; dark on light whatever the terminal's colours are, if it
// has any.
std::string QrHalfBlocks(const QrCode& code, bool colour);

}  // namespace pigeonhub
