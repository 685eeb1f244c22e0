// SPDX-License-Identifier: Apache-2.0

#ifndef TESTS_LAYERING_CORE_PARTS_H_
#define TESTS_LAYERING_CORE_PARTS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub::layering {

// The parts of server/core in the order in which docs/core.md lists them, bottom up: the first
// fenced block, the first word of each line.
std::vector<std::string> CoreParts(std::string_view document);

// One line for each include of a file of part `part` that goes up or sideways in `parts`, or out of
// them.
std::vector<std::string> UpwardIncludes(const std::vector<std::string>& parts,
                                        std::string_view part, std::string_view source);

// What a class or struct declares, without those nested in it.
struct Type {
  std::string name;
  size_t members = 0;  // of data
  size_t public_functions = 0;
  friend bool operator==(const Type&, const Type&) = default;
};

// The classes and structs of a formatted header.
std::vector<Type> TypesIn(std::string_view header);

// The values that may have more members than others: the first column of the table in docs/core.md
// that says why.
std::vector<std::string> LargeValues(std::string_view document);

}  // namespace pigeonhub::layering

#endif  // TESTS_LAYERING_CORE_PARTS_H_
