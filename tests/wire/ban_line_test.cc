// SPDX-License-Identifier: Apache-2.0

#include "server/wire/ban_line.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace pigeonhub::wire {
namespace {

constexpr UnixMillis kLineTime = 1'760'000'000'123;

std::string Complaint(std::string_view line) {
  return std::string(ParseBanLine(line).status().message());
}

BanRecord EveryField() {
  BanRecord ban;
  ban.target = {BanTarget::Kind::kSubject, "user \"42\" \xC3\xA4", "https://app.example"};
  ban.lifted_before = kLineTime - 1;
  ban.issued_before = kLineTime - 5000;
  ban.made_at = kLineTime;
  ban.ends_at = kLineTime + 1;
  ban.remembered_until = kLineTime + 2;
  ban.lifted = true;
  ban.keep_channels = true;
  ban.reason = "spam, \"again\"";
  ban.hub = *PeerId::Parse(std::string(40, 'a'));
  return ban;
}

TEST(BanLine, IsReadable) {
  BanRecord ban;
  ban.target = {BanTarget::Kind::kAddress, "192.0.2.0/24"};
  ban.made_at = kLineTime;
  ban.ends_at = ban.remembered_until = kLineTime + 3'600'000;
  ban.hub = *PeerId::Parse(std::string(40, 'a'));
  ban.reason = "spam";
  EXPECT_EQ(LineOf(ban),
            R"({"kind":"address","value":"192.0.2.0/24","until":"2025-10-09T09:53:20.123Z",)"
            R"("made":"2025-10-09T08:53:20.123Z","hub":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",)"
            R"("reason":"spam"})");
  EXPECT_EQ(*ParseBanLine(LineOf(ban)), ban);
}

TEST(BanLine, IsReadBackWithEveryField) {
  const auto ban = ParseBanLine(LineOf(EveryField()));
  ASSERT_TRUE(ban.ok()) << ban.status();
  EXPECT_EQ(*ban, EveryField());
}

TEST(BanLine, MayBeWrittenByHand) {
  const auto ban = ParseBanLine(
      R"({ "kind": "address", "value": "192.0.2.7/24", "until": "2025-10-09T12:00:00+02:00" })");
  ASSERT_TRUE(ban.ok()) << ban.status();
  EXPECT_EQ(ban->target.value, "192.0.2.0/24");
  EXPECT_EQ(ban->ends_at, 1'760'004'000'000);
  EXPECT_EQ(ban->remembered_until, ban->ends_at);
  EXPECT_EQ(ban->made_at, 0);
}

TEST(BanLine, SaysWhatIsWrong) {
  const std::string until = R"(,"until":"2025-10-09T12:00:00Z"})";
  const std::string subject = R"({"kind":"subject","value":"u")";
  EXPECT_EQ(Complaint(""), "not an object of JSON");
  EXPECT_EQ(Complaint("[]"), "not an object of JSON");
  EXPECT_EQ(Complaint(R"({"kind":"subject")"), "not an object of JSON");
  EXPECT_EQ(Complaint(std::string(9000, ' ')), "longer than any ban");
  EXPECT_EQ(Complaint("{}"), "kind is none of peer, subject, token_id and address");
  EXPECT_EQ(Complaint(R"({"kind":"nobody","value":"u")" + until),
            "kind is none of peer, subject, token_id and address");
  EXPECT_EQ(Complaint(R"({"kind":"peer","value":"u")" + until),
            "value is not 40 hexadecimal digits; give the whole id, as lists show it");
  EXPECT_EQ(Complaint(subject + "}"), "until, the time when the ban ends, is missing");
  EXPECT_EQ(Complaint(subject + R"(,"until":7})"),
            "until is not a time such as 2026-12-01T12:00:00Z");
  EXPECT_EQ(Complaint(subject + R"(,"until":"tomorrow"})"),
            "until is not a time such as 2026-12-01T12:00:00Z");
  EXPECT_EQ(Complaint(subject + R"(,"hub":"x")" + until), "hub is not 40 hexadecimal digits");
  EXPECT_EQ(Complaint(subject + R"(,"lifted":1)" + until), "lifted is neither true nor false");
  EXPECT_EQ(Complaint(subject + R"(,"reason":[])" + until), "reason is not a text");
  EXPECT_EQ(Complaint(subject + R"(,"untill":"x")" + until), "\"untill\" is no field of a ban");
  EXPECT_EQ(
      Complaint(R"({"kind":"token_id","value":"j","issued-before":"2025-10-09T12:00:00Z")" + until),
      "issued before a time are only the tokens of a subject");
  EXPECT_EQ(Complaint(R"({"kind":"address","value":"192.0.2.1","issuer":"i")" + until),
            "issuer is for a subject or a token id alone");
}

std::string Line(const std::string& value, const std::string& until, const std::string& more = "") {
  return R"({"kind":"subject","value":")" + value + R"(","until":")" + until + "\"" + more + "}\n";
}

TEST(BanLines, SayWhatDoesNotHoldAsItStands) {
  const std::string day = "2025-10-10T09:00:00Z";
  const auto lines = ParseBanLines(
      absl::StrCat("# by hand\n", Line("twice", day, R"(,"reason":"first")"),
                   Line("long", "2099-01-01T00:00:00Z"), Line("twice", day, R"(,"reason":"last")"),
                   Line("twice", day, R"(,"issued-before":"2025-10-09T00:00:00Z")"),
                   Line("twice", day, R"(,"issuer":"https://app.example")"),
                   Line("far", day, R"(,"made":"2025-10-12T00:00:00Z")")),
      kLineTime);
  ASSERT_TRUE(lines.ok()) << lines.status();
  ASSERT_EQ(lines->bans.size(), 5u) << "a revocation and an issuer make it another ban";
  EXPECT_EQ(lines->bans[0].reason, "last");
  ASSERT_EQ(lines->notes.size(), 3u);
  const auto is = [&](size_t place, size_t line, std::string_view note) {
    EXPECT_EQ(lines->notes[place].line, line);
    EXPECT_EQ(lines->notes[place].note, note);
    EXPECT_LE(note.size(), 64u) << "the log cuts what is longer";
  };
  is(0, 3, "it ends more than 30 days from now; it is cut to 30 days");
  is(1, 2, "it stands again further down; the last line counts");
  is(2, 7, "made is more than a day ahead of now; the line is left out");
}

TEST(BanLines, SkipWhatIsNoBanAndNameTheLineThatIsWrong) {
  const std::string line = R"({"kind":"subject","value":"u","until":"2025-10-09T12:00:00Z"})";
  const auto lines =
      ParseBanLines("# by hand\n\n" + line + "\n  " + Line("v", "2025-10-09T12:00:00Z"), kLineTime);
  ASSERT_TRUE(lines.ok()) << lines.status();
  EXPECT_EQ(lines->bans.size(), 2u);
  EXPECT_TRUE(lines->notes.empty());
  EXPECT_TRUE(ParseBanLines("", kLineTime)->bans.empty());
  EXPECT_EQ(ParseBanLines(line + "\n\n{}\n", kLineTime).status().message(),
            "line 3: kind is none of peer, subject, token_id and address");
}

}  // namespace
}  // namespace pigeonhub::wire
