// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/audit_log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>

#include "server/base/files.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

class AuditLogTest : public testing::Test {
 protected:
  std::unique_ptr<AuditLog> Open() {
    auto opened = AuditLog::Open(path_, LogFormat::kText, clock_);
    EXPECT_TRUE(opened.ok()) << opened.status();
    return *std::move(opened);
  }
  static std::string TextOf(const std::string& path) { return *ReadSmallFile(path); }

  const ManualClock clock_;
  TemporaryFolder folder_;
  const std::string path_ = folder_.Path("audit.log");
};

TEST_F(AuditLogTest, AddsToWhatIsThere) {
  Open()->log().Record("control call", {{"principal", std::string_view("ada")}});
  Open()->log().Record("control call", {{"principal", std::string_view("bob")}});
  const std::string text = TextOf(path_);
  EXPECT_LT(text.find("principal=ada"), text.find("principal=bob")) << text;
}

TEST_F(AuditLogTest, CreatesAFileForItsOwnerAlone) {
  Open();
  struct stat about {};
  ASSERT_EQ(stat(path_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
}

TEST_F(AuditLogTest, KeepsEveryLineHoweverManyComeAtOnce) {
  const auto audit = Open();
  for (int i = 0; i < 1000; ++i) audit->log().Record("control call", {{"call", int64_t{i}}});
  EXPECT_NE(TextOf(path_).find("call=999"), std::string::npos);
  EXPECT_NE(TextOf(path_).find("call=500\n"), std::string::npos);
}

TEST_F(AuditLogTest, GoesOnInANewFileAfterARotation) {
  const auto audit = Open();
  audit->log().Record("control call", {{"principal", std::string_view("ada")}});
  const std::string rotated = folder_.Path("audit.log.1");
  std::filesystem::rename(path_, rotated);
  audit->log().Record("control call", {{"principal", std::string_view("bob")}});
  ASSERT_TRUE(audit->Reopen().ok());
  audit->log().Record("control call", {{"principal", std::string_view("cyd")}});
  EXPECT_NE(TextOf(rotated).find("principal=bob"), std::string::npos);
  EXPECT_NE(TextOf(path_).find("principal=cyd"), std::string::npos);
  EXPECT_EQ(TextOf(path_).find("principal=bob"), std::string::npos);
}

TEST_F(AuditLogTest, SaysWhyTheFileCannotBeOpened) {
  const auto opened = AuditLog::Open(folder_.Path("no/such"), LogFormat::kText, clock_);
  EXPECT_TRUE(std::string(opened.status().message()).starts_with("--audit-log: cannot open "))
      << opened.status();
}

}  // namespace
}  // namespace pigeonhub
