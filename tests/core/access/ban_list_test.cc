// SPDX-License-Identifier: Apache-2.0

#include "server/core/access/ban_list.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/core/access/banning.h"

namespace pigeonhub {
namespace {

const PeerId kSomebody = Id('1');

using Put = BanList::Put;

BanRecord BanOn(BanKind kind, const std::string& value, UnixMillis made_at = 1000,
                UnixMillis ends_at = 9000) {
  BanRecord ban;
  ban.target = {kind, value};
  ban.made_at = made_at;
  ban.ends_at = ban.remembered_until = ends_at;
  ban.hub = Id('a');
  return ban;
}

// Whom a list with this one ban hits.
bool Hits(const BanRecord& ban, const std::string& address, const TokenClaims* claims = nullptr,
          char id = '1') {
  BanList list;
  EXPECT_EQ(list.Add(ban, std::nullopt), Put::kTaken);
  const PeerId peer = Id(id);
  return list.Hitting({&peer, claims, address}) != nullptr;
}

TEST(BanList, HitsByPeerIdTokenIdAndSubject) {
  const TokenClaims claims = ClaimsOf("user42", 0, "j1");
  EXPECT_TRUE(Hits(BanOn(BanKind::kPeer, std::string(Id('1').text())), "192.0.2.1"));
  EXPECT_FALSE(Hits(BanOn(BanKind::kPeer, std::string(Id('2').text())), "192.0.2.1"));
  EXPECT_TRUE(Hits(BanOn(BanKind::kTokenId, "j1"), "", &claims));
  EXPECT_FALSE(Hits(BanOn(BanKind::kTokenId, "j2"), "", &claims));
  EXPECT_TRUE(Hits(BanOn(BanKind::kSubject, "user42"), "", &claims));
  EXPECT_FALSE(Hits(BanOn(BanKind::kSubject, "user4"), "", &claims));
  EXPECT_FALSE(Hits(BanOn(BanKind::kSubject, "user42"), ""));
}

TEST(BanList, HitsTokensOfOneIssuerWhereItNamesOne) {
  TokenClaims claims = ClaimsOf("user42", 1000, "j1");
  claims.issuer = "https://a";
  TokenClaims elsewhere = claims;
  elsewhere.issuer = "https://b";
  const TokenClaims of_nobody = ClaimsOf("user42", 1000, "j1");
  for (const BanKind kind : {BanKind::kSubject, BanKind::kTokenId}) {
    BanRecord ban = BanOn(kind, kind == BanKind::kSubject ? "user42" : "j1");
    EXPECT_TRUE(Hits(ban, "", &elsewhere));
    ban.target.issuer = "https://a";
    EXPECT_TRUE(Hits(ban, "", &claims));
    EXPECT_FALSE(Hits(ban, "", &elsewhere));
    EXPECT_FALSE(Hits(ban, "", &of_nobody));
  }
  BanRecord revocation = BanOn(BanKind::kSubject, "user42");
  revocation.target.issuer = "https://a";
  revocation.issued_before = 2000;
  EXPECT_TRUE(Hits(revocation, "", &claims));
  EXPECT_FALSE(Hits(revocation, "", &elsewhere));
}

TEST(BanList, GivesABanAndARevocationAPlaceEach) {
  BanList list;
  BanRecord revocation = BanOn(BanKind::kSubject, "u", 1000, 9000);
  revocation.issued_before = 500;
  EXPECT_EQ(list.Add(revocation, std::nullopt), Put::kTaken);
  EXPECT_EQ(list.Add(BanOn(BanKind::kSubject, "u", 1000, 3000), Id('b')), Put::kTaken);
  EXPECT_EQ(list.size(), 2u);
  EXPECT_NE(list.digest(), 0u) << "the two are not taken for one";
  EXPECT_EQ(list.InForceOn({BanKind::kSubject, "u"}).size(), 2u);
  const TokenClaims old = ClaimsOf("u", 400);
  const TokenClaims fresh = ClaimsOf("u", 600);
  EXPECT_EQ(list.Hitting({&kSomebody, &old, ""})->issued_before, 0) << "another token would not do";
  EXPECT_NE(list.Hitting({&kSomebody, &fresh, ""}), nullptr);
  EXPECT_TRUE(list.Expire(3000));
  EXPECT_EQ(list.Hitting({&kSomebody, &old, ""})->issued_before, 500);
  EXPECT_EQ(list.Hitting({&kSomebody, &fresh, ""}), nullptr);
  EXPECT_TRUE(list.Expire(9000));
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.bytes(), 0u);
}

TEST(BanList, MakesOneOfTwoRevocationsWhateverTheirOrder) {
  BanRecord early = BanOn(BanKind::kSubject, "u", 1000, 900'000);
  early.issued_before = 700;
  BanRecord late = BanOn(BanKind::kSubject, "u", 1001, 3000);
  late.issued_before = 600;
  late.reason = "late";
  for (const bool swapped : {false, true}) {
    BanList list;
    list.Add(swapped ? late : early, Id('b'));
    EXPECT_EQ(list.Add(swapped ? early : late, Id('c')), Put::kTaken);
    EXPECT_EQ(list.Add(early, Id('c')), Put::kKnown);
    EXPECT_EQ(list.Add(late, Id('c')), Put::kKnown);
    const BanRecord* merged = list.Find({{BanKind::kSubject, "u"}, /*revokes=*/true});
    ASSERT_NE(merged, nullptr);
    EXPECT_EQ(merged->made_at, 1001);
    EXPECT_EQ(merged->issued_before, 700);
    EXPECT_EQ(merged->ends_at, 900'000);
    EXPECT_EQ(merged->reason, "late");
    EXPECT_EQ(list.After(0)->teller, Id(swapped ? 'b' : 'c')) << "who told the later one";
  }
}

TEST(BanList, HitsOnlyTokensThatWereIssuedBefore) {
  BanRecord ban = BanOn(BanKind::kSubject, "u");
  ban.issued_before = 5000;
  TokenClaims claims = ClaimsOf("u", 4999);
  EXPECT_TRUE(Hits(ban, "", &claims));
  claims.issued_at = 5000;
  EXPECT_FALSE(Hits(ban, "", &claims));
  claims.issued_at = 0;  // the token does not say: it may be an old one
  EXPECT_TRUE(Hits(ban, "", &claims));
}

TEST(BanList, HitsAddressesByPrefix) {
  struct Row {
    const char* ban;
    const char* address;
    bool hits;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"192.0.2.7", "192.0.2.7", true},
           {"192.0.2.7", "192.0.2.8", false},
           {"192.0.2.7", "::ffff:192.0.2.7", true},
           {"192.0.2.0/24", "192.0.2.255", true},
           {"192.0.2.0/24", "192.0.3.0", false},
           {"192.0.2.0/23", "192.0.3.0", true},
           {"128.0.0.0/1", "255.1.1.1", true},
           {"128.0.0.0/1", "127.1.1.1", false},
           {"2001:db8::/32", "2001:db8:1::1", true},
           {"2001:db8::/32", "2001:db9::1", false},
           {"2001:db8::/33", "2001:db8:8000::1", false},
           {"2001:db8::/32", "32.1.13.184", false},  // the same bytes in IPv4
           {"192.0.2.0/24", "", false},
           {"192.0.2.0/24", "a name", false},
       }) {
    EXPECT_EQ(Hits(BanOn(BanKind::kAddress, row.ban), row.address), row.hits)
        << row.ban << " and " << row.address;
  }
}

TEST(BanList, HitsWhoShowsNoIdByItsAddressAlone) {
  BanList list;
  for (const PeerId& id : {PeerId(), kSomebody}) {
    list.Add(BanOn(BanKind::kPeer, std::string(id.text())), std::nullopt);
  }
  EXPECT_EQ(list.Hitting({nullptr, nullptr, "192.0.2.1"}), nullptr);
  list.Add(BanOn(BanKind::kAddress, "192.0.2.1"), std::nullopt);
  EXPECT_NE(list.Hitting({nullptr, nullptr, "192.0.2.1"}), nullptr);
}

TEST(BanList, TakesTheLongestPrefix) {
  BanList list;
  for (const char* network : {"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3"}) {
    list.Add(BanOn(BanKind::kAddress, network), std::nullopt);
  }
  EXPECT_EQ(list.Hitting({&kSomebody, nullptr, "10.1.2.3"})->target.value, "10.1.2.3");
  EXPECT_EQ(list.Hitting({&kSomebody, nullptr, "10.1.9.9"})->target.value, "10.1.0.0/16");
  EXPECT_EQ(list.Hitting({&kSomebody, nullptr, "10.9.9.9"})->target.value, "10.0.0.0/8");
  EXPECT_EQ(list.Hitting({&kSomebody, nullptr, "11.0.0.0"}), nullptr);
}

TEST(BanList, KeepsTheLaterOfTwoWhateverTheirOrder) {
  BanRecord early = BanOn(BanKind::kSubject, "u", 1000);
  BanRecord late = BanOn(BanKind::kSubject, "u", 1001);
  late.lifted = true;
  BanRecord same_time = early;
  same_time.hub = Id('b');
  for (const bool swapped : {false, true}) {
    BanList list;
    list.Add(swapped ? late : early, std::nullopt);
    EXPECT_EQ(list.Add(swapped ? early : late, Id('b')), swapped ? Put::kKnown : Put::kTaken);
    EXPECT_TRUE(list.Find({{BanKind::kSubject, "u"}})->lifted);
    EXPECT_EQ(list.size(), 0u);
    EXPECT_EQ(list.remembered(), 1u);
  }
  BanList list;
  list.Add(early, std::nullopt);
  EXPECT_EQ(list.Add(early, Id('b')), Put::kKnown);
  EXPECT_EQ(list.Add(same_time, Id('b')), Put::kTaken) << "of two at one time, the higher hub's";
  EXPECT_EQ(list.Add(early, Id('b')), Put::kKnown);
}

TEST(BanList, RemembersAShortenedBanAsLongAsTheOneBefore) {
  BanList list;
  list.Add(BanOn(BanKind::kSubject, "u", 1000, 9000), std::nullopt);
  list.Add(BanOn(BanKind::kSubject, "u", 2000, 3000), std::nullopt);
  EXPECT_TRUE(list.Expire(3000));
  EXPECT_EQ(list.size(), 0u);
  EXPECT_EQ(list.Add(BanOn(BanKind::kSubject, "u", 1000, 9000), Id('b')), Put::kKnown)
      << "a hub that was away brings back nothing";
  EXPECT_EQ(list.NextEnd(), 9000);
  EXPECT_TRUE(list.Expire(9000));
  EXPECT_TRUE(list.empty());
}

TEST(BanList, IsEmptyAfterEverythingHasEnded) {
  BanList list;
  for (int i = 0; i < 100; ++i) {
    list.Add(BanOn(BanKind::kAddress, absl::StrCat("192.0.2.", i), 1000, 2000 + i), Id('b'));
    BanRecord lifted = BanOn(BanKind::kSubject, absl::StrCat("u", i), 1000, 2000 + i);
    lifted.lifted = i % 2 == 0;
    list.Add(lifted, std::nullopt);
  }
  EXPECT_FALSE(list.Expire(1999));
  for (UnixMillis now = 2000; now < 2100; ++now) {
    EXPECT_EQ(list.NextEnd(), now);
    EXPECT_TRUE(list.Expire(now));
  }
  EXPECT_EQ(list.size(), 0u);
  EXPECT_EQ(list.bytes(), 0u);
  EXPECT_EQ(list.digest(), 0u);
  EXPECT_EQ(list.Hitting({&kSomebody, nullptr, "192.0.2.7"}), nullptr);
  EXPECT_FALSE(list.NextEnd().has_value());
}

TEST(BanList, HasADigestThatKnowsNoOrder) {
  BanList a;
  BanList b;
  for (int i = 0; i < 10; ++i) {
    a.Add(BanOn(BanKind::kSubject, absl::StrCat(i), 1000 + i), std::nullopt);
    b.Add(BanOn(BanKind::kSubject, absl::StrCat(9 - i), 1009 - i), Id('b'));
  }
  EXPECT_EQ(a.digest(), b.digest());
  EXPECT_NE(a.digest(), 0u);
  BanRecord of_issuer = BanOn(BanKind::kSubject, "issuer");
  a.Add(of_issuer, std::nullopt);
  of_issuer.target.issuer = "https://a";
  b.Add(of_issuer, std::nullopt);
  EXPECT_NE(a.digest(), b.digest());
  a.Add(of_issuer, std::nullopt);
  of_issuer.target.issuer.clear();
  b.Add(of_issuer, std::nullopt);
  EXPECT_EQ(a.digest(), b.digest());
  b.Add(BanOn(BanKind::kSubject, "3", 2000), std::nullopt);
  EXPECT_NE(a.digest(), b.digest());
}

TEST(BanList, KeepsRoomForItsOwnHub) {
  BanList list(BanList::Limits{.bans = 10, .bytes = 1 << 20, .of_one_hub = 5, .of_other_hubs = 8});
  int number = 0;
  const auto add = [&](const BanList::Teller& teller) {
    return list.Add(BanOn(BanKind::kSubject, absl::StrCat(number++)), teller);
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(add(Id('b')), Put::kTaken);
  EXPECT_EQ(add(Id('b')), Put::kFull);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(add(Id('c')), Put::kTaken);
  EXPECT_EQ(add(Id('c')), Put::kFull);
  EXPECT_EQ(add(std::nullopt), Put::kTaken);
  EXPECT_EQ(add(std::nullopt), Put::kTaken);
  EXPECT_EQ(add(std::nullopt), Put::kFull);
  EXPECT_EQ(list.Add(BanOn(BanKind::kSubject, "0", 2000), Id('b')), Put::kTaken)
      << "what is there may change";
  EXPECT_EQ(list.Add(BanOn(BanKind::kSubject, "0", 3000), std::nullopt), Put::kTaken);
  EXPECT_EQ(list.Add(BanOn(BanKind::kSubject, "8", 2000), Id('b')), Put::kTaken)
      << "the operator took one of its places over";
}

TEST(BanList, IsBoundedInBytes) {
  BanRecord ban = BanOn(BanKind::kSubject, std::string(256, 'u'));
  BanList list(BanList::Limits{.bans = 100, .bytes = 2 * BanList::SizeOf(ban)});
  EXPECT_EQ(list.Add(ban, std::nullopt), Put::kTaken);
  ban.target.value[0] = 'v';
  EXPECT_EQ(list.Add(ban, std::nullopt), Put::kTaken);
  ban.target.value[0] = 'w';
  EXPECT_EQ(list.Add(ban, std::nullopt), Put::kFull);
}

TEST(BanList, IsReadPageByPage) {
  BanList list;
  for (int i = 0; i < 5; ++i) {
    BanRecord ban = BanOn(BanKind::kSubject, absl::StrCat(i));
    ban.lifted = i == 1;
    list.Add(std::move(ban), std::nullopt);
  }
  std::string seen;
  for (uint64_t after = 0;;) {
    const auto page = list.ListAfter(after, 2);
    if (page.empty()) break;
    for (const BanRecord& ban : page) seen += ban.target.value;
    after = page.back().order;
  }
  EXPECT_EQ(seen, "0234");
  EXPECT_EQ(list.RememberedAfter(0, 100).size(), 5u);
}

}  // namespace
}  // namespace pigeonhub
