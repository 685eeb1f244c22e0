// SPDX-License-Identifier: Apache-2.0

#include "server/base/percent.h"

#include <cstddef>

#include "server/base/hex.h"

namespace pigeonhub {

std::optional<std::string> PercentDecoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto byte = FromHex(text.substr(i + 1, 2));
    if (!byte.has_value() || byte->size() != 1) return std::nullopt;
    decoded += *byte;
    i += 2;
  }
  return decoded;
}

}  // namespace pigeonhub
