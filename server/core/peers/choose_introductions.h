// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pigeonhub {

// Chooses `count` of the members with the given id prefixes for a newcomer to meet: half of them
// the nearest to `self` by XOR, so that neighborhoods find each other, the other half as if at
// random, so that no neighborhood stays apart. That half follows from `secret` and the two ids. So
// a peer that joins again and again meets the same members, and learns of no more of them. Returns
// ascending indices into `prefixes`; all of them if there are no more than `count`.
std::vector<size_t> ChooseIntroductions(uint64_t self, const std::vector<uint64_t>& prefixes,
                                        size_t count, uint64_t secret);

}  // namespace pigeonhub
