// SPDX-License-Identifier: Apache-2.0

#include "control/access/access_list.h"

#include <gtest/gtest.h>

#include "server/runtime/clock.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kList = R"(# who may do what
dashboard viewer   look-but-do-not-touch

ci	operator sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
alice     admin    cert:alice@example.org
)";  // the second token is "secret"

std::string Refusal(std::string_view text) {
  return std::string(AccessList::Parse(text, "tokens").status().message());
}

TEST(AccessList, KnowsATokenByItselfOrByItsDigest) {
  const auto list = AccessList::Parse(kList, "tokens");
  ASSERT_TRUE(list.ok()) << list.status();
  const auto dashboard = list->FindToken("look-but-do-not-touch");
  ASSERT_TRUE(dashboard.has_value());
  EXPECT_EQ(dashboard->name, "dashboard");
  EXPECT_EQ(dashboard->role, Role::kViewer);
  const auto ci = list->FindToken("secret");
  ASSERT_TRUE(ci.has_value());
  EXPECT_EQ(ci->name, "ci");
  EXPECT_EQ(ci->role, Role::kOperator);
}

TEST(AccessList, NamesWhoHasATokenAndNotWhoHasACertificate) {
  EXPECT_EQ(AccessList::Parse(kList, "tokens")->TokenNames(),
            (std::vector<std::string>{"dashboard", "ci"}));
}

TEST(AccessList, KnowsNobodyElse) {
  const auto list = AccessList::Parse(kList, "tokens");
  ASSERT_TRUE(list.ok());
  EXPECT_FALSE(list->FindToken("").has_value());
  EXPECT_FALSE(list->FindToken("look-but-do-not-touc").has_value());
  EXPECT_FALSE(list->FindToken("alice@example.org").has_value());
  EXPECT_FALSE(list->FindToken("2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"));
  EXPECT_FALSE(list->FindCertificate({}).has_value());
  EXPECT_FALSE(list->FindCertificate({"bob@example.org", ""}).has_value());
}

TEST(AccessList, KnowsACertificateByAnyOfItsNames) {
  const auto list = AccessList::Parse(kList, "tokens");
  ASSERT_TRUE(list.ok());
  const auto alice = list->FindCertificate({"Alice", "alice@example.org"});
  ASSERT_TRUE(alice.has_value());
  EXPECT_EQ(alice->name, "alice");
  EXPECT_EQ(alice->role, Role::kAdmin);
}

TEST(AccessList, SaysWhichLineIsWrongAndNeverWhatStandsThere) {
  EXPECT_EQ(Refusal("a viewer"), "tokens:1: a line is: name role credential");
  EXPECT_EQ(Refusal("#\n\na viewer one-long-token-here and-more"),
            "tokens:3: a line is: name role credential");
  EXPECT_EQ(Refusal("a owner one-long-token-here"),
            "tokens:1: the role is viewer, operator or admin");
  EXPECT_EQ(Refusal("a viewer short"), "tokens:1: a token has at least 16 characters");
  EXPECT_EQ(Refusal("a viewer sha256:12"),
            "tokens:1: sha256: is followed by 64 hexadecimal digits");
  EXPECT_EQ(Refusal("a viewer cert:"), "tokens:1: cert: is followed by a name in the certificate");
  EXPECT_EQ(Refusal("a\x01 viewer one-long-token-here"), "tokens:1: not a name");
}

class AccessFileTest : public testing::Test {
 protected:
  static bool Knows(AccessFile& file, std::string_view token) {
    return file.Current()->FindToken(token).has_value();
  }

  SystemClock clock_;
  Log log_{LogLevel::kOff, LogFormat::kText, -1, clock_};
  TemporaryFolder folder_;
};

TEST_F(AccessFileTest, TakesOverWhatChanges) {
  AccessFile file(folder_.Write("tokens", "a viewer the-first-token-of-all"), log_);
  ASSERT_EQ(file.Load().value(), true);
  EXPECT_EQ(file.Load().value(), false);
  EXPECT_TRUE(Knows(file, "the-first-token-of-all"));
  folder_.Write("tokens", "a viewer the-next-token-of-all");
  EXPECT_FALSE(Knows(file, "the-first-token-of-all"));
  EXPECT_TRUE(Knows(file, "the-next-token-of-all"));
}

TEST_F(AccessFileTest, KeepsTheListWhenTheFileIsBrokenOrGone) {
  AccessFile file(folder_.Write("tokens", "a viewer the-first-token-of-all"), log_);
  ASSERT_TRUE(file.Load().ok());
  folder_.Write("tokens", "nonsense");
  EXPECT_TRUE(Knows(file, "the-first-token-of-all"));
  std::filesystem::remove(folder_.Path("tokens"));
  EXPECT_TRUE(Knows(file, "the-first-token-of-all"));
  folder_.Write("tokens", "a viewer the-next-token-of-all");
  EXPECT_TRUE(Knows(file, "the-next-token-of-all"));
}

TEST_F(AccessFileTest, ChangesNothingWhenItOnlyChecks) {
  AccessFile file(folder_.Write("tokens", "a viewer the-first-token-of-all"), log_);
  EXPECT_EQ(file.Load(/*only_check=*/true).value(), true);
  EXPECT_EQ(file.Load(/*only_check=*/true).value(), true);
}

TEST_F(AccessFileTest, SaysWhyItCannotBeRead) {
  AccessFile file(folder_.Path("none"), log_);
  EXPECT_EQ(file.Load().status().message(),
            "cannot read " + folder_.Path("none") + ": No such file or directory; check the path");
}

}  // namespace
}  // namespace pigeonhub
