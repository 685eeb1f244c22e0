// SPDX-License-Identifier: Apache-2.0

#include "control/history/rotating_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/temporary_folder.h"

namespace pigeonhub::history {
namespace {

namespace fs = std::filesystem;

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// While it lives no file of this process may grow over `bytes`, as if the disk were full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

class RotatingFileTest : public testing::Test {
 protected:
  std::unique_ptr<RotatingFile> Open(RotatingFile::Limits limits) {
    auto file = RotatingFile::Open(path_, limits);
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? *std::move(file) : nullptr;
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.Path("events.jsonl");
};

TEST_F(RotatingFileTest, AddsLinesToWhatIsThereForItsOwnerAlone) {
  ASSERT_TRUE(Open({})->Append("one\n").ok());
  ASSERT_TRUE(Open({})->Append("two\nthree\n").ok());
  EXPECT_EQ(TextOf(path_), "one\ntwo\nthree\n");
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms(0600));
}

TEST_F(RotatingFileTest, RenamesAFileThatWouldGrowTooLarge) {
  const auto file = Open({.most_bytes = 10, .keep = 2});
  for (const char* line : {"11111\n", "222\n", "33333\n", "44444\n", "55555\n"}) {
    ASSERT_TRUE(file->Append(line).ok());
  }
  EXPECT_EQ(TextOf(path_), "55555\n");
  EXPECT_EQ(TextOf(path_ + ".1"), "44444\n");
  EXPECT_EQ(TextOf(path_ + ".2"), "33333\n");
  EXPECT_FALSE(fs::exists(path_ + ".3"));
}

TEST_F(RotatingFileTest, WritesLinesWholeEvenIfTheyAreLargerThanAFile) {
  const auto file = Open({.most_bytes = 4, .keep = 1});
  ASSERT_TRUE(file->Append("much longer\n").ok());
  ASSERT_TRUE(file->Append("x\n").ok());
  EXPECT_EQ(TextOf(path_ + ".1"), "much longer\n");
  EXPECT_EQ(TextOf(path_), "x\n");
}

TEST_F(RotatingFileTest, KeepsNoOldOneWhereNoneIsWanted) {
  const auto file = Open({.most_bytes = 4, .keep = 0});
  ASSERT_TRUE(file->Append("old\n").ok());
  ASSERT_TRUE(file->Append("new\n").ok());
  EXPECT_EQ(TextOf(path_), "new\n");
  EXPECT_FALSE(fs::exists(path_ + ".1"));
}

TEST_F(RotatingFileTest, RemovesAtTheStartWhatIsMoreThanItKeepsNow) {
  for (const char* name : {"", ".1", ".2", ".3", ".4", ".old"}) {
    std::ofstream(path_ + name) << "line\n";
  }
  ASSERT_NE(Open({.most_bytes = 100, .keep = 2}), nullptr);
  for (const char* name : {"", ".1", ".2", ".old"}) EXPECT_TRUE(fs::exists(path_ + name)) << name;
  for (const char* name : {".3", ".4"}) EXPECT_FALSE(fs::exists(path_ + name)) << name;
  ASSERT_NE(Open({.most_bytes = 100, .keep = 0}), nullptr);
  EXPECT_FALSE(fs::exists(path_ + ".1"));
  EXPECT_TRUE(fs::exists(path_)) << "that is written to";
}

TEST_F(RotatingFileTest, MakesANewOneWhenSomebodyTookItAway) {
  const auto file = Open({});
  ASSERT_TRUE(file->Append("one\n").ok());
  fs::rename(path_, path_ + ".away");
  ASSERT_TRUE(file->Append("two\n").ok());
  EXPECT_EQ(TextOf(path_), "two\n");
  fs::remove(path_);
  ASSERT_TRUE(file->Append("three\n").ok());
  EXPECT_EQ(TextOf(path_), "three\n");
}

TEST_F(RotatingFileTest, WritesAllOrNothingOnAFullDiskAndGoesOnAfterwards) {
  const auto file = Open({});
  ASSERT_TRUE(file->Append("one\n").ok());
  {
    const FullDisk full(10);
    const absl::Status status = file->Append("two\nmuch longer\n");
    EXPECT_TRUE(absl::IsUnavailable(status)) << status;
    EXPECT_NE(std::string(status.message()).find("; make room on the disk"), std::string::npos);
    EXPECT_EQ(TextOf(path_), "one\n");
  }
  ASSERT_TRUE(file->Append("two\n").ok());
  EXPECT_EQ(TextOf(path_), "one\ntwo\n");
}

TEST_F(RotatingFileTest, GoesOnInAFileThatSomebodyEmptied) {
  const auto file = Open({.most_bytes = 30, .keep = 1});
  ASSERT_TRUE(file->Append("one\ntwo\nthree\n").ok());
  fs::resize_file(path_, 0);
  {
    const FullDisk full(6);
    EXPECT_FALSE(file->Append("four\nfive\n").ok());
    EXPECT_EQ(TextOf(path_), "") << "no half line, and no bytes that nobody wrote";
  }
  ASSERT_TRUE(file->Append("four\n").ok());
  fs::resize_file(path_, 0);
  ASSERT_TRUE(file->Append("five\nsix\nseven\neight\n").ok());
  EXPECT_FALSE(fs::exists(path_ + ".1")) << "it has room again";
}

TEST_F(RotatingFileTest, EndsALineThatWasLeftInHalf) {
  folder_.Write("events.jsonl", "one\n{\"epo");
  ASSERT_TRUE(Open({})->Append("two\n").ok());
  EXPECT_EQ(TextOf(path_), "one\n{\"epo\ntwo\n");
}

TEST_F(RotatingFileTest, RefusesWhatItCannotUse) {
  const auto error = [](const std::string& path) {
    return std::string(RotatingFile::Open(path, {}).status().message());
  };
  EXPECT_NE(error(folder_.Path("none/events")).find("cannot open "), std::string::npos);
  EXPECT_NE(error("/dev/full").find("no regular file"), std::string::npos);
  const auto first = Open({});
  EXPECT_NE(error(path_).find("another hub writes to "), std::string::npos) << error(path_);
}

}  // namespace
}  // namespace pigeonhub::history
