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
  EXPECT_EQ(normal(BanKind::kAddress, "0.0.0.0/0"), "is everybody; drain or stop the hub instead");
  EXPECT_EQ(normal(BanKind::kAddress, "::/0"), "is everybody; drain or stop the hub instead");
  EXPECT_EQ(normal(BanKind::kPeer, std::string(Id('a').text())), Id('a').text());
  EXPECT_EQ(normal(BanKind::kPeer, "abc"),
            "is not 40 hexadecimal digits; give the whole id, as lists show it");
  EXPECT_EQ(normal(BanKind::kSubject, "user \"42\""), "user \"42\"");
  for (const std::string& wrong : {std::string(), std::string(257, 'x'), std::string("a\nb")}) {
    EXPECT_EQ(normal(BanKind::kSubject, wrong), "is not text of 1 to 256 bytes");
    EXPECT_EQ(normal(BanKind::kTokenId, wrong), "is not text of 1 to 256 bytes");
  }
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
  EXPECT_TRUE(wrong([](BanRecord& ban) {
    ban.target = {BanKind::kTokenId, "j"};
    ban.issued_before = 1;
  }));
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
