// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/files_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "tests/support/manual_clock.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kPath = "/etc/pigeonhub/tokens/a file";

class FilesWatchTest : public ::testing::Test {
 protected:
  std::vector<std::string> TakeLines() { return std::exchange(lines_, {}); }

  static absl::Status Wrong(std::string_view why) {
    return absl::InvalidArgumentError(std::string(kPath) + ": " + std::string(why));
  }

  const Digest one_ = DigestOf("one");
  const Digest two_ = DigestOf("two");
  std::vector<std::string> lines_;
  ManualClock clock_;
  Log log_{LogLevel::kInfo,
           [this](LogLevel, std::string_view line) {
             lines_.emplace_back(line.substr(line.find("new ")));
           },
           clock_};
  FilesWatch watch_{"keys", {std::string(kPath)}, log_};
};

TEST_F(FilesWatchTest, TellsOfAChangeOnceAndOfTheFirstContentNever) {
  EXPECT_EQ(watch_.Look(one_), FilesWatch::News::kReplaced);
  EXPECT_THAT(TakeLines(), IsEmpty());
  EXPECT_EQ(watch_.Look(one_), FilesWatch::News::kNone);
  EXPECT_EQ(watch_.Look(two_), FilesWatch::News::kReplaced);
  EXPECT_EQ(watch_.Look(two_), FilesWatch::News::kNone);
  EXPECT_EQ(watch_.in_force(), two_);
  EXPECT_THAT(TakeLines(), ElementsAre("new keys are in force"));
}

TEST_F(FilesWatchTest, KeepsWhatIsInForceWhileTheFilesCannotBeUsedAndSaysEachReasonOnce) {
  watch_.Look(one_);
  EXPECT_EQ(watch_.Look(Wrong("line 3: is no key")), FilesWatch::News::kRefused);
  EXPECT_EQ(watch_.Look(Wrong("line 3: is no key")), FilesWatch::News::kNone);
  EXPECT_EQ(watch_.Look(Wrong("line 4: is no key")), FilesWatch::News::kRefused);
  EXPECT_EQ(watch_.in_force(), one_);
  EXPECT_EQ(watch_.problem(), "/etc/pigeonhub/tokens/a file: line 4: is no key");
  EXPECT_THAT(TakeLines(),
              ElementsAre("new keys are not taken over, the old ones stay problem=\"line 3: is no "
                          "key\" file=\"/etc/pigeonhub/tokens/a file\"",
                          "new keys are not taken over, the old ones stay problem=\"line 4: is no "
                          "key\" file=\"/etc/pigeonhub/tokens/a file\""));
}

TEST_F(FilesWatchTest, SaysThatAllIsWellAgainAlsoIfTheOldContentComesBack) {
  watch_.Look(one_);
  watch_.Look(Wrong("is empty"));
  EXPECT_EQ(watch_.Look(one_), FilesWatch::News::kMended);
  EXPECT_EQ(watch_.problem(), "");
  EXPECT_EQ(watch_.Look(Wrong("is empty")), FilesWatch::News::kRefused) << "it is wrong anew";
  EXPECT_EQ(watch_.Look(two_), FilesWatch::News::kReplaced);
}

TEST_F(FilesWatchTest, NamesTheFileApartFromTheReasonWhereverTheErrorHasIt) {
  watch_.Look(absl::UnavailableError("cannot read " + std::string(kPath) + ": no such file"));
  EXPECT_THAT(TakeLines(), ElementsAre("new keys are not taken over, the old ones stay "
                                       "problem=\"cannot read: no such file\" "
                                       "file=\"/etc/pigeonhub/tokens/a file\""));
}

}  // namespace
}  // namespace pigeonhub
