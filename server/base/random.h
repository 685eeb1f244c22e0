// SPDX-License-Identifier: Apache-2.0
//
// Randomness of the system, fit for secrets. It ends the program if the system has none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace pigeonhub {

void FillRandom(std::span<unsigned char> bytes);

std::string RandomBytes(size_t size);

// So many hexadecimal digits in lower case.
std::string RandomHex(size_t digits);

// What a generator that is fast and foreseeable begins with.
uint64_t RandomSeed();

}  // namespace pigeonhub
