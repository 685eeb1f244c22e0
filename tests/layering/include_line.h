// SPDX-License-Identifier: Apache-2.0

#ifndef TESTS_LAYERING_INCLUDE_LINE_H_
#define TESTS_LAYERING_INCLUDE_LINE_H_

#include <optional>
#include <string_view>

namespace pigeonhub::layering {

struct Include {
  std::string_view target;  // empty if it is neither quoted nor angled
  bool angled = false;
};

// The include on a line, if it is one, however it is spaced.
std::optional<Include> ReadInclude(std::string_view line);

}  // namespace pigeonhub::layering

#endif  // TESTS_LAYERING_INCLUDE_LINE_H_
