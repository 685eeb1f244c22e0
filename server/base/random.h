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

// A random text of `digits` hexadecimal digits in lower case.
std::string RandomHex(size_t digits);

// A seed for a fast generator whose numbers need not be secret.
uint64_t RandomSeed();

}  // namespace pigeonhub
