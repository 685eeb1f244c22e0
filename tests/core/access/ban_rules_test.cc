// SPDX-License-Identifier: Apache-2.0

#include "server/core/access/ban_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/core/access/banning.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr UnixMillis kBanTime = 1'700'000'000'000;
constexpr UnixMillis kDay = 24 * 3'600'000;

BanRecord Plausible() {
  BanRecord ban;
  ban.target = {BanKind::kSubject, "u"};
  ban.made_at = kBanTime;
  ban.ends_at = ban.remembered_until = kBanTime + 30 * kDay;
  return ban;
}

TEST(NormalTarget, HasOneSpelling) {
  const auto normal = [](BanKind kind, const std::string& value) {
    const auto target = NormalTarget({kind, value});
    return target.ok() ? target->value : std::string(target.status().message());
  };
  EXPECT_EQ(normal(BanKind::kAddress, "192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(normal(BanKind::kAddress, "192.0.2.7/32"), "192.0.2.7");
  EXPECT_EQ(normal(BanKind::kAddress, "192.0.2.7/24"), "192.0.2.0/24");
  EXPECT_EQ(normal(BanKind::kAddress, "192.0.2.7/27"), "192.0.2.0/27");
  EXPECT_EQ(normal(BanKind::kAddress, "::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(normal(BanKind::kAddress, "2001:DB8:0::1/31"), "2001:db8::/31");
  EXPECT_EQ(normal(BanKind::kAddress, "[2001:db8::1]"), "2001:db8::1");
  for (const char* wrong : {"", "example.org", "192.0.2.7/33", "192.0.2.7/", "1.2.3.4/-1",
                            "198.51.7", "010.0.0.1", "127.1", "1", "0x7f.1", "3232235521"}) {
    EXPECT_EQ(normal(BanKind::kAddress, wrong),
              "is neither an address in numbers nor a network such as 192.0.2.0/24")
        << wrong;
  }
  EXPECT_EQ(normal(BanKind::kAddress, "10.1.2.3/8"), "10.0.0.0/8");
  EXPECT_EQ(normal(BanKind::kAddress, "2001:db8::/16"), "2001::/16");
  for (const char* wide :
       {"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/7", "::/0", "2000::/3", "2001::/15"}) {
    EXPECT_EQ(
        normal(BanKind::kAddress, wide),
        "is a wider network than a /8 of IPv4 or a /16 of IPv6; ban smaller ones, or drain or "
        "stop the hub")
        << wide;
  }
  EXPECT_EQ(normal(BanKind::kPeer, std::string(Id('a').text())), Id('a').text());
  EXPECT_EQ(normal(BanKind::kPeer, "abc"),
            "is not 40 hexadecimal digits; give the whole id, as lists show it");
  EXPECT_EQ(normal(BanKind::kSubject, "user \"42\""), "user \"42\"");
  for (const std::string& wrong : {std::string(), std::string(257, 'x'), std::string("a\nb")}) {
    EXPECT_EQ(normal(BanKind::kSubject, wrong), "is not text of 1 to 256 bytes");
    EXPECT_EQ(normal(BanKind::kTokenId, wrong), "is not text of 1 to 256 bytes");
  }
}

TEST(NormalTarget, HasAnIssuerOnlyWhereThereIsAToken) {
  const auto complaint = [](const BanTarget& target) {
    return std::string(NormalTarget(target).status().message());
  };
  EXPECT_EQ(complaint({BanKind::kSubject, "u", "https://a"}), "");
  EXPECT_EQ(complaint({BanKind::kTokenId, "j", "https://a"}), "");
  EXPECT_EQ(complaint({BanKind::kAddress, "192.0.2.1", "https://a"}),
            "has an issuer that is for a subject or a token id alone");
  EXPECT_EQ(complaint({BanKind::kPeer, std::string(Id('a').text()), "https://a"}),
            "has an issuer that is for a subject or a token id alone");
  EXPECT_EQ(complaint({BanKind::kSubject, "u", std::string(257, 'x')}),
            "has an issuer that is not text of at most 256 bytes");
}

TEST(CheckOrder, SaysWhatIsWrong) {
  BanOrder order{.target = {BanKind::kSubject, "u"}, .issued_before = 5, .duration = 1h};
  EXPECT_TRUE(CheckOrder(order).ok());
  for (const Duration wrong : {Duration(0), Duration(-1h), Duration(30 * 24h + 1s)}) {
    order.duration = wrong;
    EXPECT_TRUE(absl::IsOutOfRange(CheckOrder(order)));
  }
  order.duration = 30 * 24h;
  EXPECT_TRUE(CheckOrder(order).ok());
  order.reason = std::string(257, 'x');
  EXPECT_TRUE(absl::IsInvalidArgument(CheckOrder(order)));
  order.reason.clear();
  order.target.kind = BanKind::kTokenId;
  EXPECT_TRUE(absl::IsInvalidArgument(CheckOrder(order))) << "issued before";
}

TEST(IsPlausible, BoundsWhatOthersSay) {
  EXPECT_TRUE(IsPlausible(Plausible(), kBanTime));
  const auto wrong = [](auto change) {
    BanRecord ban = Plausible();
    change(ban);
    return !IsPlausible(ban, kBanTime);
  };
  EXPECT_FALSE(wrong([](BanRecord& ban) { ban.made_at += kDay; })) << "clocks may be apart";
  EXPECT_TRUE(wrong([](BanRecord& ban) { ban.made_at += kDay + 1; }))
      << "nobody could lift a ban of the far future";
  EXPECT_TRUE(wrong([](BanRecord& ban) { ++ban.remembered_until; }));
  EXPECT_TRUE(wrong([](BanRecord& ban) { ban.remembered_until = ban.ends_at - 1; }));
  EXPECT_TRUE(wrong([](BanRecord& ban) { ban.made_at = 0; }));
  EXPECT_TRUE(wrong([](BanRecord& ban) { ban.reason = "a\x1b[2J"; }));
  EXPECT_TRUE(wrong([](BanRecord& ban) { ban.target.value = "a\n"; }));
  EXPECT_TRUE(wrong([](BanRecord& ban) {
    ban.target = {BanKind::kAddress, "192.0.2.7/24"};
  })) << "not in its one spelling";
  EXPECT_TRUE(wrong([](BanRecord& ban) { ban.target = {BanKind::kAddress, "0.0.0.0/0"}; }));
  EXPECT_TRUE(wrong([](BanRecord& ban) { ban.target = {BanKind::kAddress, "128.0.0.0/1"}; }));
  EXPECT_TRUE(wrong([](BanRecord& ban) {
    ban.target = {BanKind::kTokenId, "j"};
    ban.issued_before = 1;
  }));
  EXPECT_TRUE(wrong([](BanRecord& ban) { ban.lifted_before = ban.made_at + 1; }));
  EXPECT_TRUE(wrong([](BanRecord& ban) { ban.target.issuer = "a\n"; }));
}

BanRecord Revocation(UnixMillis made_at, UnixMillis issued_before, UnixMillis ends_at) {
  BanRecord ban = Plausible();
  ban.made_at = made_at;
  ban.issued_before = issued_before;
  ban.ends_at = ban.remembered_until = kBanTime + ends_at;
  return ban;
}

TEST(Merged, IsTheLaterBan) {
  BanRecord known = Plausible();
  BanRecord heard = Plausible();
  EXPECT_FALSE(Merged(known, heard).has_value()) << "the same one";
  heard.made_at = known.made_at - 1;
  EXPECT_FALSE(Merged(known, heard).has_value());
  heard.made_at = known.made_at + 1;
  heard.ends_at = heard.remembered_until = kBanTime + 5;
  const auto merged = Merged(known, heard);
  ASSERT_TRUE(merged.has_value());
  EXPECT_EQ(merged->ends_at, kBanTime + 5) << "also where it is the shorter one";
  EXPECT_EQ(merged->remembered_until, known.remembered_until);
}

TEST(Merged, RevokesNoLessThanEitherRevocation) {
  const BanRecord strong = Revocation(1000, 700, 30 * kDay);
  const BanRecord weak = Revocation(2000, 600, kDay);
  for (const auto& merged : {Merged(strong, weak), Merged(weak, strong)}) {
    ASSERT_TRUE(merged.has_value());
    EXPECT_EQ(merged->made_at, 2000);
    EXPECT_EQ(merged->issued_before, 700);
    EXPECT_EQ(merged->ends_at, strong.ends_at);
    EXPECT_GE(merged->remembered_until, merged->ends_at);
    EXPECT_FALSE(Merged(*merged, strong).has_value());
    EXPECT_FALSE(Merged(*merged, weak).has_value());
    EXPECT_EQ(Merged(weak, *merged)->issued_before, 700) << "who has half of it gets the rest";
  }
  BanRecord on_the_way = weak;
  on_the_way.ends_at += 1000;
  on_the_way.remembered_until += 1000;
  EXPECT_FALSE(Merged(weak, on_the_way).has_value()) << "one end, heard twice";
}

TEST(Merged, BringsBackNoRevocationThatWasLifted) {
  const BanRecord first = Revocation(1000, 700, 30 * kDay);
  BanRecord lifted = first;
  lifted.made_at = 1500;
  lifted.lifted = true;
  const BanRecord weak = Revocation(2000, 600, kDay);
  const BanRecord again = *Merged(lifted, weak);
  EXPECT_EQ(again.issued_before, 600);
  EXPECT_EQ(again.ends_at, weak.ends_at);
  EXPECT_EQ(again.lifted_before, 1500);
  EXPECT_FALSE(Merged(again, first).has_value()) << "of a hub that was away";
  EXPECT_EQ(Merged(first, again)->issued_before, 600) << "and what that hub makes of it";
  const BanRecord late_to_hear = *Merged(weak, lifted);
  EXPECT_EQ(late_to_hear.issued_before, 600);
  EXPECT_FALSE(Merged(late_to_hear, first).has_value());
  EXPECT_TRUE(Merged(first, lifted)->lifted);
  EXPECT_FALSE(Merged(lifted, first).has_value());
}

TEST(RefusalFor, RevokesWhereAnotherTokenWouldDo) {
  BanRecord ban = Plausible();
  EXPECT_EQ(RefusalFor(ban), Reason::kBanned);
  ban.issued_before = 1;
  EXPECT_EQ(RefusalFor(ban), Reason::kTokenRevoked);
  ban.issued_before = 0;
  ban.target = {BanKind::kTokenId, "j"};
  EXPECT_EQ(RefusalFor(ban), Reason::kTokenRevoked);
}

TEST(BanKind, HasANameThatIsFoundAgain) {
  for (const BanKind kind :
       {BanKind::kPeer, BanKind::kSubject, BanKind::kTokenId, BanKind::kAddress}) {
    EXPECT_EQ(FindBanKind(BanKindName(kind)), kind);
  }
  EXPECT_FALSE(FindBanKind("nobody").has_value());
}

}  // namespace
}  // namespace pigeonhub
