// SPDX-License-Identifier: Apache-2.0

#include "server/base/frame_mac.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>

#include "server/base/hex.h"

namespace pigeonhub {
namespace {

std::string Hex(const Mac& mac) { return ToHex(std::string(mac.begin(), mac.end())); }

MacKey KeyOfVectors() {
  MacKey key;
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i);
  return key;
}

// The first half of the key, `r` of the first test vector of RFC 8439, section 2.5.2.
MacKey KeyOfRfc8439() {
  MacKey key;
  const std::string r = *FromHex("85d6be7857556d337f4452fe42d506a8");
  std::copy(r.begin(), r.end(), key.begin());
  for (size_t i = 16; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i - 16);
  return key;
}

// Computed with another program, the pyca/cryptography library and a SipHash written for it, from
// what docs/protocol.md says.
TEST(FrameMac, IsSipHashOfPoly1305) {
  EXPECT_EQ(Hex(FrameMacOf({}, KeyOfVectors())), "e03e6ab3b641bb77e963a05b04b39867");
  EXPECT_EQ(Hex(FrameMacOf({"Cryptographic Forum Research Group"}, KeyOfRfc8439())),
            "9e09c5009b9f803b7899938906e26a0c");
}

TEST(FrameMac, IsOverThePiecesAsOneText) {
  const MacKey key = KeyOfVectors();
  EXPECT_EQ(FrameMacOf({"from", "to", "body"}, key), FrameMacOf({"fromtobody"}, key));
}

TEST(FrameMac, ChangesWithEachByteOfTextAndKey) {
  const MacKey key = KeyOfVectors();
  const std::string text(600, 'x');
  const Mac mac = FrameMacOf({text}, key);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = 'y';
    EXPECT_NE(FrameMacOf({changed}, key), mac) << i;
  }
  for (size_t i = 0; i < key.size(); ++i) {
    MacKey changed = key;
    changed[i] ^= 4;  // Poly1305 takes not every bit of a key, but this one of each byte
    EXPECT_NE(FrameMacOf({text}, changed), mac) << i;
  }
}

TEST(FrameMac, IsTheSameOnEveryThread) {
  const MacKey key = KeyOfVectors();
  Mac there{};
  std::thread([&] { there = FrameMacOf({"text"}, key); }).join();
  EXPECT_EQ(there, FrameMacOf({"text"}, key));
}

}  // namespace
}  // namespace pigeonhub
