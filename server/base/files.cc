// SPDX-License-Identifier: Apache-2.0

#include "server/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "absl/strings/str_replace.h"
#include "server/base/characters.h"

namespace pigeonhub {
namespace {

// More than any real one holds; /dev/zero is told apart from one early.
constexpr size_t kMaxFileSize = 1 << 20;

// Pipes and terminals are read by whoever has them open, whatever their permissions say.
Keeping KeepingOfFile(const struct stat& about) {
  return S_ISREG(about.st_mode) ? KeepingOf(about.st_mode, about.st_uid) : Keeping::kWell;
}

absl::StatusOr<std::string> ReadFile(const std::string& path, bool secret) {
  const auto failed = [&](int error) {
    return absl::UnavailableError("cannot read " + Displayable(path) + ": " +
                                  std::generic_category().message(error));
  };
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed(errno);
  // Asked of the file that is open: the path may lead to another one by now.
  struct stat about {};
  if (secret && fstat(fd, &about) == 0 && KeepingOfFile(about) == Keeping::kExposed) {
    close(fd);
    return absl::InvalidArgumentError(Displayable(path) +
                                      " holds a secret, and other users may read or change it; "
                                      "run chmod 600 on it");
  }
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

  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return absl::InvalidArgumentError("cannot read " + Displayable(path) +
                                      ": it is UTF-16 text; save it as UTF-8");
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  absl::StrReplaceAll({{"\r\n", "\n"}}, &text);
  return text;
}

}  // namespace

Keeping KeepingOf(mode_t mode, uid_t owner) {
  constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;
  constexpr mode_t kOthersMayRead = S_IRGRP | S_IROTH;
  constexpr uid_t kRoot = 0;
  if ((mode & kOthersMayWrite) != 0) return Keeping::kExposed;
  if (owner != kRoot) return (mode & kOthersMayRead) == 0 ? Keeping::kWell : Keeping::kExposed;
  return (mode & S_IROTH) == 0 ? Keeping::kWell : Keeping::kOpenToAll;
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) { return ReadFile(path, false); }

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) { return ReadFile(path, true); }

bool IsOpenToAll(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 && KeepingOfFile(about) == Keeping::kOpenToAll;
}

}  // namespace pigeonhub
