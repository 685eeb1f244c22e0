// SPDX-License-Identifier: Apache-2.0

#include "server/base/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <utility>

namespace pigeonhub {
namespace {

int Open() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

TEST(Descriptor, ClosesWhatItOwnsInTheEnd) {
  const int fd = Open();
  {
    const Descriptor owner(fd);
    EXPECT_TRUE(owner.is_open());
    EXPECT_TRUE(IsOpen(fd));
  }
  EXPECT_FALSE(IsOpen(fd));
  EXPECT_FALSE(Descriptor().is_open());
}

TEST(Descriptor, ChangesOwners) {
  const int fd = Open();
  Descriptor first(fd);
  Descriptor second(std::move(first));
  EXPECT_EQ(second.get(), fd);
  EXPECT_FALSE(first.is_open());
  const int other = Open();
  first = Descriptor(other);
  second = std::move(first);
  EXPECT_FALSE(IsOpen(fd)) << "it had another one";
  EXPECT_EQ(second.Release(), other);
  EXPECT_TRUE(IsOpen(other)) << "it is somebody else's";
  second.Reset(other);
  second.Reset();
  EXPECT_FALSE(IsOpen(other));
}

}  // namespace
}  // namespace pigeonhub
