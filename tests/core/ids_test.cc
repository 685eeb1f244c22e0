// SPDX-License-Identifier: Apache-2.0

#include "server/core/ids.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"

namespace pigeonhub {
namespace {

TEST(PeerId, IsFortyHexadecimalDigitsAndKeepsTheirCase) {
  const std::string mixed = "0123456789abcdefABCDEF0123456789abcdefAB";
  const std::optional<PeerId> id = PeerId::Parse(mixed);
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(id->text(), mixed);
}

TEST(PeerId, IsNothingElse) {
  EXPECT_FALSE(PeerId::Parse(""));
  EXPECT_FALSE(PeerId::Parse(std::string(39, 'a')));
  EXPECT_FALSE(PeerId::Parse(std::string(41, 'a')));
  for (char stranger : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff'}) {
    std::string text(40, 'a');
    text[17] = stranger;
    EXPECT_FALSE(PeerId::Parse(text)) << stranger;
  }
}

TEST(PeerId, IsNothingElseWhateverStandsWhere) {
  for (int c = 0; c < 256; ++c) {
    const bool is_digit = c != 0 && std::strchr("0123456789abcdefABCDEF", c) != nullptr;
    for (size_t at = 0; at < PeerId::kLength; ++at) {
      std::string text(PeerId::kLength, at % 2 == 0 ? 'f' : '0');
      text[at] = static_cast<char>(c);
      EXPECT_EQ(PeerId::Parse(text).has_value(), is_digit) << c << " at " << at;
    }
  }
}

TEST(PeerId, HashesEachOfItsDigits) {
  absl::flat_hash_set<size_t> hashes;
  std::string text(PeerId::kLength, '0');
  for (char& digit : text) {
    digit = 'f';
    hashes.insert(absl::HashOf(*PeerId::Parse(text)));
  }
  EXPECT_EQ(hashes.size(), PeerId::kLength);
}

TEST(PeerId, DiffersByCaseButIsEquallyNear) {
  const PeerId lower = *PeerId::Parse(std::string(40, 'a'));
  const PeerId upper = *PeerId::Parse(std::string(40, 'A'));
  EXPECT_NE(lower, upper);
  EXPECT_EQ((absl::flat_hash_set<PeerId>{lower, upper}).size(), 2u);
  EXPECT_EQ(lower.Prefix(), upper.Prefix());
  EXPECT_EQ(lower.Prefix(), 0xaaaaaaaaaaaaaaaau);
}

TEST(PeerId, OrdersByItsText) {
  const PeerId a = *PeerId::Parse(std::string(40, 'a'));
  const PeerId b = *PeerId::Parse(std::string(39, 'a') + "b");
  EXPECT_LT(a, b);
  EXPECT_LT(PeerId(), a);
}

TEST(ConnectionId, CarriesItsShardBesideItsSerial) {
  const uint64_t last_serial = (uint64_t{1} << 56) - 1;
  const ConnectionId id(ConnectionId::kMaxShards - 1, last_serial);
  EXPECT_EQ(id.shard(), ConnectionId::kMaxShards - 1);
  EXPECT_EQ(id.serial(), last_serial);
  EXPECT_NE(ConnectionId(0, 7), ConnectionId(1, 7));
}

}  // namespace
}  // namespace pigeonhub
