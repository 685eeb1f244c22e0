// SPDX-License-Identifier: Apache-2.0

#include "server/base/files.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/base/characters.h"
#include "server/base/descriptor.h"

namespace pigeonhub {
namespace {

// More than any real one holds; /dev/zero is told apart from one early.
constexpr size_t kMaxFileSize = 1 << 20;

constexpr uid_t kRoot = 0;

// Pipes are read by whoever has them open, whatever their permissions say.
Keeping KeepingOfFile(const struct stat& about) {
  return S_ISREG(about.st_mode) ? KeepingOf(about.st_mode, about.st_uid, geteuid())
                                : Keeping::kWell;
}

// A pipe that only those know who have it open, as a shell makes it for `<(...)`. Another one has a
// name, and anybody may write to it, or nobody.
bool IsPipeWithoutName(const Descriptor& file) {
  struct statfs where {};
  return fstatfs(file.get(), &where) == 0 && where.f_type == PIPEFS_MAGIC;
}

constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;

// What nobody else may do with a file.
enum class KeptFrom { kNobody, kWriters, kReaders };

// What is wrong with how a file is kept that says whom to believe; empty if nothing is.
std::string_view FaultOfTrusted(const struct stat& about) {
  if (!S_ISREG(about.st_mode)) return {};
  if (about.st_uid != kRoot && about.st_uid != geteuid()) {
    return " says whom to believe, and belongs to another user, who may change it; run chown on it";
  }
  if ((about.st_mode & kOthersMayWrite) != 0) {
    return " says whom to believe, and other users may change it; run chmod go-w on it";
  }
  return {};
}

// What is wrong with how a secret is kept; empty if nothing is.
std::string_view Fault(Keeping keeping) {
  switch (keeping) {
    case Keeping::kExposed:
      return " holds a secret, and other users may read or change it; run chmod 600 on it";
    case Keeping::kForeign:
      return " holds a secret, and belongs to another user, who may read and change it; run chown "
             "on it";
    case Keeping::kWell:
    case Keeping::kOpenToAll:
      break;
  }
  return {};
}

// What to do about an error of the system, as the end of a line.
std::string_view Remedy(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "; check the path";
    case EACCES:
    case EPERM:
      return "; the user that runs this program needs access to it";
    case EISDIR:
      return "; name a file, not a folder";
    case ENOSPC:
    case EDQUOT:
      return "; make room on the disk";
    default:
      return {};
  }
}

absl::Status Failed(std::string_view what, const std::string& path, int error) {
  std::string message(what);
  message.append(1, ' ').append(Displayable(path)).append(": ");
  message.append(std::generic_category().message(error)).append(Remedy(error));
  return absl::UnavailableError(message);
}

absl::StatusOr<std::string> ReadFile(const std::string& path, KeptFrom kept_from,
                                     size_t most = kMaxFileSize) {
  const auto failed = [&](int error) { return Failed("cannot read", path, error); };
  // Whoever opens a named pipe waits for somebody to write, unless he says otherwise.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return failed(errno);
  // Asked of the file that is open: the path may lead to another one by now.
  struct stat about {};
  if (fstat(file.get(), &about) != 0) return failed(errno);
  if (IsPipeWithoutName(file)) {
    if (fcntl(file.get(), F_SETFL, 0) != 0) return failed(errno);
  } else if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) {
    return absl::InvalidArgumentError("cannot read " + Displayable(path) +
                                      ": it is no regular file; name one");
  }
  std::string_view fault;
  if (kept_from == KeptFrom::kWriters) fault = FaultOfTrusted(about);
  if (kept_from == KeptFrom::kReaders) fault = Fault(KeepingOfFile(about));
  if (!fault.empty()) return absl::InvalidArgumentError(Displayable(path) + std::string(fault));
  std::string text;
  char buffer[4096];
  ssize_t count = 0;
  while (text.size() <= most && (count = read(file.get(), buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<size_t>(count));
  }
  if (count < 0) return failed(errno);
  if (text.size() > most) {
    return absl::UnavailableError(
        absl::StrCat(failed(EFBIG).message(), "; such a file has at most ", most >> 20, " MiB"));
  }

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

Keeping KeepingOf(mode_t mode, uid_t owner, uid_t user) {
  constexpr mode_t kOthersMayRead = S_IRGRP | S_IROTH;
  if (owner != kRoot && owner != user) return Keeping::kForeign;
  if ((mode & kOthersMayWrite) != 0) return Keeping::kExposed;
  if (owner != kRoot) return (mode & kOthersMayRead) == 0 ? Keeping::kWell : Keeping::kExposed;
  return (mode & S_IROTH) == 0 ? Keeping::kWell : Keeping::kOpenToAll;
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  return ReadFile(path, KeptFrom::kNobody);
}

absl::StatusOr<std::string> ReadTextFile(const std::string& path, size_t most) {
  return ReadFile(path, KeptFrom::kNobody, most);
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  return ReadFile(path, KeptFrom::kReaders);
}

absl::StatusOr<std::string> ReadTrustedFile(const std::string& path) {
  return ReadFile(path, KeptFrom::kWriters);
}

absl::Status CheckFolderOfSecrets(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return Failed("cannot read", path, errno);
  const bool others_write = (about.st_mode & kOthersMayWrite) != 0;
  const bool foreign = about.st_uid != kRoot && about.st_uid != geteuid();
  if (!others_write && !foreign) return absl::OkStatus();
  return absl::InvalidArgumentError(
      Displayable(path) +
      " is a folder for secrets, and other users may change what is in it; run " +
      (foreign ? "chown" : "chmod 700") + " on it");
}

std::optional<int64_t> ModifiedAt(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return std::nullopt;
  return about.st_mtim.tv_sec * int64_t{1000} + about.st_mtim.tv_nsec / 1'000'000;
}

absl::Status ReplaceFile(const std::string& path, std::string_view text, mode_t mode) {
  const std::string beside = path + ".new";
  const auto failed = [&] {
    const absl::Status status = Failed("cannot write", path, errno);
    unlink(beside.c_str());
    return status;
  };
  Descriptor file(open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file.is_open()) return failed();
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fsync(file.get()) != 0) {
    return failed();
  }
  if (close(file.Release()) != 0) return failed();
  return std::rename(beside.c_str(), path.c_str()) == 0 ? absl::OkStatus() : failed();
}

bool IsOpenToAll(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 && KeepingOfFile(about) == Keeping::kOpenToAll;
}

}  // namespace pigeonhub
