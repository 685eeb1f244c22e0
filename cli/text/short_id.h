// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::cli {

// What an id is known by where its 40 digits have no room.
inline std::string ShortId(std::string_view id) {
  constexpr size_t kDigits = 8;
  return std::string(id.substr(0, kDigits));
}

}  // namespace pigeonhub::cli
