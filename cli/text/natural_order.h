// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <compare>
#include <string_view>

namespace pigeonhub::cli {

// Compares as people do: "room2" comes before "room10", and so does "-3.5" before "2". Texts that
// are equal that way, such as "1" and "01", go by their bytes.
std::strong_ordering CompareNaturally(std::string_view a, std::string_view b);

}  // namespace pigeonhub::cli
