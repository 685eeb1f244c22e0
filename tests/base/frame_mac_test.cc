// SPDX-License-Identifier: Apache-2.0

#include "server/base/frame_mac.h"

#include <gtest/gtest.h>

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

// The vectors of the reference code of SipHash-2-4-128, of 0 and of 3 bytes.
TEST(FrameMac, IsSipHash) {
  EXPECT_EQ(Hex(FrameMacOf({}, KeyOfVectors())), "a3817f04ba25a8e66df67214c7550293");
  const std::string three("\x00\x01\x02", 3);
  EXPECT_EQ(Hex(FrameMacOf({three}, KeyOfVectors())), "9c70b60c5267a94e5f33b6b02985ed51");
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
    changed[i] ^= 1;
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
