// SPDX-License-Identifier: Apache-2.0

#include "control/access/authority.h"

#include <gtest/gtest.h>

#include "server/runtime/clock.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

constexpr char kUnix[] = "unix:";
constexpr char kLoopback[] = "ipv4:127.0.0.1:40000";
constexpr char kElsewhere[] = "ipv4:192.0.2.1:40000";

class AuthorityTest : public testing::Test {
 protected:
  std::shared_ptr<AccessFile> Tokens() {
    const std::string path = folder_.Write(
        "tokens", "dashboard viewer a-token-of-the-dashboard\nalice operator cert:alice\n");
    auto file = std::make_shared<AccessFile>(path, log_);
    EXPECT_TRUE(file->Load().ok());
    return file;
  }
  // "local admin", or "nobody".
  static std::string Recognized(const Authority& authority, const Credentials& credentials) {
    const auto principal = authority.Recognize(credentials);
    return principal ? principal->name + " " + std::string(RoleName(principal->role)) : "nobody";
  }

  SystemClock clock_;
  Log log_{LogLevel::kOff, LogFormat::kText, -1, clock_};
  TemporaryFolder folder_;
};

TEST_F(AuthorityTest, LooksAgainWhatAFormerCallerIsNow) {
  const Authority authority(Tokens(), /*has_client_ca=*/true);
  const auto by_token = authority.Recognize(
      {.address = kElsewhere, .authorization = "Bearer a-token-of-the-dashboard"});
  const auto by_certificate = authority.Recognize({.address = kElsewhere,
                                                   .certificate_names = {"a.example", "alice"},
                                                   .has_certificate = true});
  const auto local = authority.Recognize({.address = kUnix});
  ASSERT_TRUE(by_token && by_certificate && local);
  const auto now = [&](const Principal& caller) {
    const auto principal = authority.RecognizeAgain(caller);
    return principal ? principal->name + " " + std::string(RoleName(principal->role)) : "nobody";
  };
  EXPECT_EQ(now(*by_token), "dashboard viewer");
  EXPECT_EQ(now(*by_certificate), "alice operator");
  const uint64_t before = authority.Version();
  EXPECT_EQ(authority.Version(), before);
  folder_.Write("tokens", "panel admin a-token-of-the-dashboard\n");
  EXPECT_GT(authority.Version(), before);
  EXPECT_EQ(now(*by_token), "panel admin");
  EXPECT_EQ(now(*by_certificate), "a.example viewer") << "the client CA still vouches for her";
  folder_.Write("tokens", "alice admin cert:alice\n");
  EXPECT_EQ(now(*by_token), "nobody");
  EXPECT_EQ(now(*by_certificate), "alice admin");
  EXPECT_EQ(now(*local), "local admin") << "no line of the file let him in";
}

TEST_F(AuthorityTest, TrustsThisMachineWhenNothingElseIsSaid) {
  const Authority authority(nullptr, /*has_client_ca=*/false);
  const auto from = [&](const char* address) {
    return Recognized(authority, {.address = address, .authority = "localhost:50051"});
  };
  EXPECT_EQ(from(kUnix), "local admin");
  EXPECT_EQ(from(kLoopback), "local admin");
  EXPECT_EQ(from("ipv6:[::1]:40000"), "local admin");
  EXPECT_EQ(from("ipv6:%5B::1%5D:40000"), "local admin");
  EXPECT_EQ(from(kElsewhere), "nobody");
  EXPECT_EQ(from("ipv6:[2001:db8::1]:1"), "nobody");
  EXPECT_EQ(from(""), "nobody");
  EXPECT_EQ(Recognized(authority, {.address = kLoopback,
                                   .authority = "localhost",
                                   .authorization = "Bearer whatever"}),
            "local admin");
}

TEST_F(AuthorityTest, TrustsLoopbackOnlyForThoseWhoAskForThisMachine) {
  const Authority authority(nullptr, /*has_client_ca=*/false);
  const auto asking_for = [&](const char* host, const char* address = kLoopback) {
    return Recognized(authority, {.address = address, .authority = host});
  };
  for (const char* host : {"localhost", "LocalHost:1", "127.0.0.1:50051", "127.1.2.3", "[::1]:5"}) {
    EXPECT_EQ(asking_for(host), "local admin") << host;
  }
  for (const char* host : {"", "hub.example", "hub.example:50051", "localhost.example", "192.0.2.1",
                           "0.0.0.0:50051", "[2001:db8::1]:5", "localhost@hub.example"}) {
    EXPECT_EQ(asking_for(host), "nobody") << "a proxy brought it here, or a name that leads here";
  }
  EXPECT_EQ(asking_for("hub.example", kUnix), "local admin") << "what it is called does not matter";
}

TEST_F(AuthorityTest, NeverTakesTheProxyForTheCaller) {
  const Authority authority(nullptr, /*has_client_ca=*/false);
  for (const char* address : {kUnix, kLoopback}) {
    EXPECT_EQ(
        Recognized(authority, {.address = address, .authority = "localhost", .is_forwarded = true}),
        "nobody");
  }
  const Authority with_tokens(Tokens(), /*has_client_ca=*/false);
  EXPECT_EQ(Recognized(with_tokens, {.address = kLoopback,
                                     .is_forwarded = true,
                                     .authorization = "Bearer a-token-of-the-dashboard"}),
            "dashboard viewer");
}

TEST_F(AuthorityTest, WantsTokensOnLoopbackOnceThereAreSome) {
  const Authority authority(Tokens(), /*has_client_ca=*/false);
  EXPECT_EQ(Recognized(authority, {.address = kLoopback, .authority = "localhost"}), "nobody");
  EXPECT_EQ(Recognized(authority, {.address = kUnix}), "local admin");
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER  "}) {
    EXPECT_EQ(
        Recognized(authority, {.address = kElsewhere,
                               .authorization = std::string(scheme) + "a-token-of-the-dashboard"}),
        "dashboard viewer");
  }
}

TEST_F(AuthorityTest, LetsNobodyInWithAWrongTokenWhereverFrom) {
  const Authority authority(Tokens(), /*has_client_ca=*/false);
  for (const char* value : {"Bearer wrong", "Bearer", "", "Basic a-token-of-the-dashboard",
                            "a-token-of-the-dashboard"}) {
    EXPECT_EQ(Recognized(authority, {.address = kUnix, .authorization = value}), "nobody") << value;
  }
}

TEST_F(AuthorityTest, MapsCertificatesToRolesWhereThereIsAFile) {
  const Authority authority(Tokens(), /*has_client_ca=*/true);
  const auto with = [](std::vector<std::string> names) {
    return Credentials{
        .address = kElsewhere, .certificate_names = std::move(names), .has_certificate = true};
  };
  EXPECT_EQ(Recognized(authority, with({"alice"})), "alice operator");
  EXPECT_EQ(Recognized(authority, with({"bob"})), "bob viewer") << "no line, so nothing to change";
  EXPECT_EQ(Recognized(authority, with({})), "certificate viewer");
}

TEST_F(AuthorityTest, TakesEveryCertificateForAViewerWithoutAFile) {
  const Authority authority(nullptr, /*has_client_ca=*/true);
  EXPECT_EQ(
      Recognized(authority,
                 {.address = kElsewhere, .certificate_names = {"bob"}, .has_certificate = true}),
      "bob viewer");
  EXPECT_EQ(Recognized(authority, {.address = kLoopback, .authority = "localhost"}), "nobody");
}

}  // namespace
}  // namespace pigeonhub
