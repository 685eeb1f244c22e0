// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/untrusted_proxy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/manual_clock.h"

namespace pigeonhub::net {
namespace {

using ::testing::HasSubstr;

class UntrustedProxyTest : public testing::Test {
 protected:
  static HttpRequest From(std::string_view address, std::string_view header = {}) {
    HttpRequest request;
    request.address = address;
    request.header = [header](std::string_view name) {
      return name == header ? std::string_view("for=192.0.2.1") : std::string_view();
    };
    return request;
  }

  ManualClock clock_;
  std::vector<std::string> lines_;
  Log log_{LogLevel::kWarn, [this](LogLevel, std::string_view line) { lines_.emplace_back(line); },
           clock_};
};

TEST_F(UntrustedProxyTest, IsToldOnceAtItsFirstRequest) {
  UntrustedProxy proxy(/*anybody_is_trusted=*/false, log_);
  proxy.Look(From("127.0.0.1"));
  proxy.Look(From("192.0.2.7", "X-Forwarded-For"));
  EXPECT_TRUE(lines_.empty()) << "no proxy, or one whose clients are counted together";
  proxy.Look(From("::1", "X-Forwarded-For"));
  proxy.Look(From("127.0.0.1", "Forwarded"));
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_THAT(lines_[0], HasSubstr("set --trust-proxy"));
  EXPECT_THAT(lines_[0], HasSubstr("address=::1"));
}

TEST_F(UntrustedProxyTest, IsNotToldWhereSomebodyIsTrusted) {
  UntrustedProxy proxy(/*anybody_is_trusted=*/true, log_);
  proxy.Look(From("127.0.0.1", "Forwarded"));
  EXPECT_TRUE(lines_.empty());
}

}  // namespace
}  // namespace pigeonhub::net
