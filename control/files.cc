// SPDX-License-Identifier: Apache-2.0

#include "control/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "server/runtime/text.h"

namespace pigeonhub {
namespace {

// More than any real one holds; /dev/zero is told apart from one early.
constexpr size_t kMaxFileSize = 1 << 20;

}  // namespace

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  const auto failed = [&](int error) {
    return absl::UnavailableError("cannot read " + Shown(path) + ": " +
                                  std::generic_category().message(error));
  };
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed(errno);
  std::string text;
  char buffer[4096];
  ssize_t count = 0;
  while (text.size() <= kMaxFileSize && (count = read(fd, buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<size_t>(count));
  }
  const int error = count < 0 ? errno : 0;
  close(fd);
  if (error != 0) return failed(error);
  if (text.size() > kMaxFileSize) return failed(EFBIG);
  return text;
}

}  // namespace pigeonhub
