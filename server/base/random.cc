// SPDX-License-Identifier: Apache-2.0

#include "server/base/random.h"

#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>

#include "server/base/hex.h"

namespace pigeonhub {

void FillRandom(std::span<unsigned char> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1) return;
  std::fputs("the system has no random numbers; is /dev/urandom there?\n", stderr);
  std::abort();
}

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  FillRandom({reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()});
  return bytes;
}

std::string RandomHex(size_t digits) {
  return ToHex(RandomBytes((digits + 1) / 2)).substr(0, digits);
}

uint64_t RandomSeed() {
  uint64_t seed = 0;
  FillRandom({reinterpret_cast<unsigned char*>(&seed), sizeof seed});
  return seed;
}

}  // namespace pigeonhub
