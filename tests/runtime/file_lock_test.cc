// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/file_lock.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/temporary_folder.h"

namespace pigeonhub {
namespace {

TEST(FileLock, IsHeldByOneUntilItGoes) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("x.lock");
  std::optional<FileLock> first(std::in_place);
  EXPECT_TRUE(first->Take(path).ok());
  FileLock second;
  EXPECT_TRUE(absl::IsAlreadyExists(second.Take(path)));
  first.reset();
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(second.Take(path).ok()) << "what is left of it holds nothing";
}

TEST(FileLock, SaysWhyItCannotBeHeld) {
  const TemporaryFolder folder;
  const std::string path = folder.Path("no folder/x.lock");
  FileLock lock;
  EXPECT_EQ(lock.Take(path),
            absl::UnavailableError("cannot hold " + path + ": No such file or directory"));
}

}  // namespace
}  // namespace pigeonhub
