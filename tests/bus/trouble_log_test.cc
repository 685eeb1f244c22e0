// SPDX-License-Identifier: Apache-2.0

#include "server/bus/trouble_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/manual_clock.h"

namespace pigeonhub::bus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TroubleLogTest : public ::testing::Test {
 protected:
  std::vector<std::string> lines_;
  ManualClock clock_;
  Log log_{LogLevel::kInfo, [this](LogLevel, std::string_view line) { lines_.emplace_back(line); },
           clock_};
  TroubleLog troubles_{log_};
};

TEST_F(TroubleLogTest, SaysEachKindOnce) {
  for (int i = 0; i < 100; ++i) {
    troubles_.Note("nats://a:4222", absl::UnavailableError("nobody there"));
    troubles_.Note("nats://b:4222", absl::UnauthenticatedError("Authorization Violation"));
  }
  EXPECT_THAT(lines_, ElementsAre(AllOf(HasSubstr("no broker answers"), HasSubstr("nats://a:4222")),
                                  AllOf(HasSubstr("refuses this hub's credentials"),
                                        HasSubstr("nats://b:4222"))));
  EXPECT_EQ(troubles_.last(), "Authorization Violation");
}

TEST_F(TroubleLogTest, SaysItAgainAfterAllWasWell) {
  troubles_.Note("nats://a:4222", absl::UnavailableError("nobody there"));
  troubles_.AllIsWell();
  EXPECT_THAT(troubles_.last(), IsEmpty());
  troubles_.Note("nats://a:4222", absl::UnavailableError("nobody there"));
  EXPECT_THAT(lines_, SizeIs(2));
}

TEST_F(TroubleLogTest, KeepsWhatIsDeniedUntilAllIsWell) {
  EXPECT_THAT(troubles_.said(absl::StatusCode::kPermissionDenied), IsEmpty());
  troubles_.Note("nats://a:4222", absl::PermissionDeniedError("Violation for Publish to \"a\""));
  troubles_.Note("nats://a:4222", absl::ResourceExhaustedError("slow"));
  EXPECT_EQ(troubles_.said(absl::StatusCode::kPermissionDenied), "Violation for Publish to \"a\"");
  troubles_.AllIsWell();
  EXPECT_THAT(troubles_.said(absl::StatusCode::kPermissionDenied), IsEmpty());
}

TEST_F(TroubleLogTest, SaysOfFilesWhatIsWrongWithEach) {
  for (int i = 0; i < 10; ++i) {
    troubles_.Note("", absl::InvalidArgumentError("cannot read auth"));
  }
  troubles_.Note("", absl::InvalidArgumentError("cannot read ca.pem"));
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("for the broker: cannot read auth"),
                                  HasSubstr("for the broker: cannot read ca.pem")));
}

}  // namespace
}  // namespace pigeonhub::bus
