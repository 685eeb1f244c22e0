// SPDX-License-Identifier: Apache-2.0

#include "server/base/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

namespace pigeonhub {
namespace {

using namespace std::string_view_literals;

constexpr uid_t kRoot = 0;
constexpr uid_t kUser = 1000;

TEST(KeepingOf, AsksThatOnlyTheOwnerReads) {
  for (const mode_t mode : {0600u, 0400u, 0700u})
    EXPECT_EQ(KeepingOf(mode, kUser, kUser), Keeping::kWell);
  for (const mode_t mode : {0640u, 0604u, 0644u, 0660u, 0666u, 0444u, 0620u, 0602u}) {
    EXPECT_EQ(KeepingOf(mode, kUser, kUser), Keeping::kExposed) << std::oct << mode;
  }
}

TEST(KeepingOf, LetsRootShareItsFilesToReadOnly) {
  for (const mode_t mode : {0600u, 0400u, 0440u, 0640u}) {
    EXPECT_EQ(KeepingOf(mode, kRoot, kUser), Keeping::kWell) << std::oct << mode;
  }
  for (const mode_t mode : {0644u, 0444u, 0604u}) {
    EXPECT_EQ(KeepingOf(mode, kRoot, kUser), Keeping::kOpenToAll) << std::oct << mode;
  }
  for (const mode_t mode : {0660u, 0646u, 0602u, 0666u, 0777u}) {
    EXPECT_EQ(KeepingOf(mode, kRoot, kUser), Keeping::kExposed) << std::oct << mode;
  }
}

TEST(KeepingOf, AsksThatTheFileIsOursOrRoots) {
  constexpr uid_t kOther = 1001;
  EXPECT_EQ(KeepingOf(0600, kOther, kUser), Keeping::kForeign);
  EXPECT_EQ(KeepingOf(0600, kOther, kRoot), Keeping::kForeign) << "root reads it, and so does he";
  EXPECT_EQ(KeepingOf(0600, kRoot, kRoot), Keeping::kWell);
}

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    char folder[] = "/tmp/pigeonhub-base-XXXXXX";
    EXPECT_NE(mkdtemp(folder), nullptr);
    folder_ = folder;
    path_ = folder_ + "/secret";
    std::ofstream(path_) << "s3cret\n";
  }
  ~FilesTest() override { std::filesystem::remove_all(folder_); }

  void Permit(mode_t mode) const { EXPECT_EQ(chmod(path_.c_str(), mode), 0); }

  std::string folder_;
  std::string path_;
};

TEST_F(FilesTest, AreReadIfTheyAreWellKept) {
  Permit(0600);
  EXPECT_EQ(*ReadSecretFile(path_), "s3cret\n");
  EXPECT_FALSE(IsOpenToAll(path_));
}

TEST_F(FilesTest, AreRefusedIfOthersMayChangeThem) {
  Permit(0666);
  EXPECT_TRUE(absl::IsInvalidArgument(ReadSecretFile(path_).status()));
  EXPECT_EQ(ReadSecretFile(path_).status().message(),
            path_ + " holds a secret, and other users may read or change it; run chmod 600 on it");
  EXPECT_EQ(*ReadSmallFile(path_), "s3cret\n") << "no secret";
}

TEST_F(FilesTest, AreRefusedIfOthersMayReadThemUnlessTheyAreRoots) {
  Permit(0644);
  const bool root = geteuid() == kRoot;
  EXPECT_EQ(ReadSecretFile(path_).ok(), root);
  EXPECT_EQ(IsOpenToAll(path_), root);
  if (!root) return;
  EXPECT_EQ(chown(path_.c_str(), kUser, kUser), 0);
  EXPECT_FALSE(ReadSecretFile(path_).ok());
  EXPECT_FALSE(IsOpenToAll(path_));
  Permit(0600);
  EXPECT_EQ(ReadSecretFile(path_).status().message(),
            path_ +
                " holds a secret, and belongs to another user, who may read and change it; run "
                "chown on it");
}

TEST_F(FilesTest, ThatSayWhomToBelieveMayBeReadByAllAndChangedByNobody) {
  Permit(0644);
  EXPECT_EQ(*ReadTrustedFile(path_), "s3cret\n");
  for (const mode_t mode : {0664u, 0646u, 0620u}) {
    Permit(mode);
    EXPECT_EQ(ReadTrustedFile(path_).status().message(),
              path_ + " says whom to believe, and other users may change it; run chmod go-w on it");
  }
  Permit(0644);
  if (geteuid() != kRoot) return;
  EXPECT_EQ(chown(path_.c_str(), kUser, kUser), 0);
  EXPECT_EQ(ReadTrustedFile(path_).status().message(),
            path_ +
                " says whom to believe, and belongs to another user, who may change it; run chown "
                "on it");
}

TEST_F(FilesTest, AreNotWaitedForWhereTheyAreNamedPipes) {
  const std::string fifo = folder_ + "/fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  for (const auto& read : {&ReadSecretFile, &ReadSmallFile}) {
    const absl::Status status = read(fifo).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(status.message(), "cannot read " + fifo + ": it is no regular file; name one");
  }
}

TEST_F(FilesTest, AreKeptInAFolderThatNobodyElseChanges) {
  EXPECT_TRUE(CheckFolderOfSecrets(folder_).ok());
  for (const mode_t mode : {0770u, 0777u, 0702u, 01777u}) {
    ASSERT_EQ(chmod(folder_.c_str(), mode), 0);
    EXPECT_EQ(CheckFolderOfSecrets(folder_).message(),
              folder_ +
                  " is a folder for secrets, and other users may change what is in it; run "
                  "chmod 700 on it");
  }
  ASSERT_EQ(chmod(folder_.c_str(), 0755), 0);
  EXPECT_TRUE(CheckFolderOfSecrets(folder_).ok()) << "to see their names harms nobody";
  if (geteuid() != kRoot) return;
  ASSERT_EQ(chown(folder_.c_str(), kUser, kUser), 0);
  EXPECT_EQ(CheckFolderOfSecrets(folder_).message(),
            folder_ +
                " is a folder for secrets, and other users may change what is in it; run "
                "chown on it");
}

TEST_F(FilesTest, AreFollowedToWhatTheyLinkTo) {
  Permit(0666);
  const std::string link = folder_ + "/link";
  std::filesystem::create_symlink(path_, link);
  EXPECT_FALSE(ReadSecretFile(link).ok());
}

TEST_F(FilesTest, MayBePipesAndMayBeMissing) {
  EXPECT_TRUE(absl::IsUnavailable(ReadSecretFile(folder_ + "/none").status()));
  EXPECT_EQ(ReadSecretFile(folder_ + "/none").status().message(),
            "cannot read " + folder_ + "/none: No such file or directory; check the path");
  EXPECT_FALSE(IsOpenToAll(folder_ + "/none"));
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "piped", 5), 5);
  close(ends[1]);
  EXPECT_EQ(*ReadSecretFile("/dev/fd/" + std::to_string(ends[0])), "piped");
  close(ends[0]);
}

TEST_F(FilesTest, AreSmall) {
  std::ofstream(path_) << std::string((1 << 20) + 1, 'x');
  EXPECT_EQ(ReadSmallFile(path_).status().message(),
            "cannot read " + path_ + ": File too large; such a file has at most 1 MiB");
  EXPECT_TRUE(absl::IsInvalidArgument(ReadSmallFile("/dev/zero").status()));
}

TEST_F(FilesTest, HaveTheSameTextHoweverAnEditorSavedThem) {
  for (const std::string_view bytes :
       {"one\ntwo\n"sv, "one\r\ntwo\r\n"sv, "\xEF\xBB\xBFone\ntwo\n"sv,
        "\xEF\xBB\xBFone\r\ntwo\r\n"sv}) {
    std::ofstream(path_, std::ios::trunc) << bytes;
    EXPECT_EQ(*ReadSmallFile(path_), "one\ntwo\n");
  }
}

TEST_F(FilesTest, KeepWhatIsNoLineEndAndNoMark) {
  for (const std::string_view bytes : {""sv, "\r"sv, "a\rb"sv, "a\xEF\xBB\xBF"sv, "\xEF\xBB"sv}) {
    std::ofstream(path_, std::ios::trunc) << bytes;
    EXPECT_EQ(*ReadSmallFile(path_), bytes);
  }
}

TEST_F(FilesTest, ThatAreUtf16AreRefusedInWords) {
  for (const std::string_view bytes : {"\xFF\xFE\x61\0\r\0\n\0"sv, "\xFE\xFF\0a"sv}) {
    std::ofstream(path_, std::ios::trunc) << bytes;
    const absl::Status status = ReadSmallFile(path_).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_EQ(status.message(), "cannot read " + path_ + ": it is UTF-16 text; save it as UTF-8");
  }
}

TEST_F(FilesTest, SayWhenTheirContentChanged) {
  std::ofstream(path_, std::ios::trunc) << "text";
  timespec times[2] = {{1'700'000'000, 0}, {1'700'000'001, 500'000'000}};
  ASSERT_EQ(utimensat(AT_FDCWD, path_.c_str(), times, 0), 0);
  EXPECT_EQ(ModifiedAt(path_), 1'700'000'001'500);
  EXPECT_EQ(ModifiedAt(folder_ + "/missing"), std::nullopt);
}

TEST_F(FilesTest, AreReplacedAsAWhole) {
  ASSERT_TRUE(ReplaceFile(path_, "a longer first text").ok());
  ASSERT_TRUE(ReplaceFile(path_, "second").ok());
  EXPECT_EQ(*ReadSmallFile(path_), "second");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(FilesTest, StayAsTheyAreIfTheyCannotBeReplaced) {
  const std::string missing = folder_ + "/missing/file";
  EXPECT_EQ(ReplaceFile(missing, "x").message(),
            "cannot write " + missing + ": No such file or directory; check the path");
  // The last step fails: a folder is in the way. The file beside it does not stay behind.
  std::filesystem::create_directory(folder_ + "/taken");
  EXPECT_EQ(ReplaceFile(folder_ + "/taken", "x").message(),
            "cannot write " + folder_ + "/taken: Is a directory; name a file, not a folder");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 2);
}

}  // namespace
}  // namespace pigeonhub
