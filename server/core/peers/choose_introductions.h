// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "server/core/random.h"

namespace pigeonhub {

// From this many members on, a namespace no longer introduces everyone to everyone.
inline constexpr size_t kFullIntroductionMembers = 500;

// Picks `count` of the members with the given id prefixes for a newcomer to meet: half of them the
// nearest to `self` by XOR, so that neighborhoods find each other, the other half at random, so
// that no neighborhood stays apart. Returns ascending indices into `prefixes`; all of them if
// there are no more than `count`.
std::vector<size_t> ChooseIntroductions(uint64_t self, const std::vector<uint64_t>& prefixes,
                                        size_t count, Random& random);

}  // namespace pigeonhub
