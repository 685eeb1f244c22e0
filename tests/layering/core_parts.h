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

// How many data members the class with the most of them declares in `header`. Members are told by
// the underscore at the end of their names.
size_t MostMembers(std::string_view header);

}  // namespace pigeonhub::layering

#endif  // TESTS_LAYERING_CORE_PARTS_H_
