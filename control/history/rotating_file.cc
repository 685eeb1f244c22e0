// SPDX-License-Identifier: Apache-2.0

#include "control/history/rotating_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/characters.h"

namespace pigeonhub::history {
namespace {

constexpr mode_t kOwnerOnly = 0600;  // it names peers and their addresses

absl::Status Failed(const char* what, const std::string& path, int error) {
  const char* const remedy = error == ENOSPC || error == EDQUOT || error == EFBIG
                                 ? "; make room on the disk"
                                 : "; check the path, and whether this user may write there";
  return absl::UnavailableError(absl::StrCat(what, " ", Displayable(path), ": ",
                                             std::generic_category().message(error), remedy));
}

std::string Numbered(const std::string& path, size_t number) {
  return absl::StrCat(path, ".", number);
}

// A hub that was killed, or a machine that lost its power, may have left half a line.
bool EndsInsideLine(int file, uint64_t size) {
  char last = '\n';
  return size > 0 && pread(file, &last, 1, static_cast<off_t>(size - 1)) == 1 && last != '\n';
}

}  // namespace

absl::StatusOr<std::unique_ptr<RotatingFile>> RotatingFile::Open(std::string path, Limits limits) {
  std::unique_ptr<RotatingFile> file(new RotatingFile(std::move(path), limits));
  if (absl::Status status = file->OpenPath(); !status.ok()) return status;
  file->RemoveOlder();
  return file;
}

void RotatingFile::RemoveOlder() {
  // What cannot be removed keeps nobody from writing.
  for (size_t number = limits_.keep + 1; unlink(Numbered(path_, number).c_str()) == 0; ++number) {
  }
}

absl::Status RotatingFile::OpenPath() {
  // Not to wait for a reader, where it is a named pipe.
  Descriptor file(
      open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, kOwnerOnly));
  if (!file.is_open()) return Failed("cannot open", path_, errno);
  struct stat about {};
  if (fstat(file.get(), &about) != 0) return Failed("cannot open", path_, errno);
  if (!S_ISREG(about.st_mode)) {
    return absl::UnavailableError(
        absl::StrCat("cannot write to ", Displayable(path_), ": it is no regular file; name one"));
  }
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::UnavailableError(absl::StrCat("another hub writes to ", Displayable(path_),
                                               "; give this one a file of its own"));
  }
  const auto size = static_cast<uint64_t>(about.st_size);
  file_ = std::move(file);
  size_ = size;
  if (!EndsInsideLine(file_.get(), size)) return absl::OkStatus();
  const absl::Status ended = Write("\n");
  if (!ended.ok()) file_.Reset();
  return ended;
}

bool RotatingFile::IsInPlace() {
  struct stat ours {};
  struct stat there {};
  if (fstat(file_.get(), &ours) != 0 || stat(path_.c_str(), &there) != 0) return false;
  size_ = static_cast<uint64_t>(ours.st_size);
  return ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

absl::Status RotatingFile::Append(std::string_view lines) {
  if (!file_.is_open() || !IsInPlace()) {
    if (absl::Status status = OpenPath(); !status.ok()) return status;
  }
  if (size_ > 0 && size_ + lines.size() > limits_.most_bytes) {
    if (absl::Status status = Rotate(); !status.ok()) return status;
  }
  return Write(lines);
}

absl::Status RotatingFile::Rotate() {
  if (limits_.keep == 0) {
    if (unlink(path_.c_str()) != 0) return Failed("cannot remove", path_, errno);
    return OpenPath();
  }
  for (size_t number = limits_.keep; number > 0; --number) {
    const std::string from = number == 1 ? path_ : Numbered(path_, number - 1);
    if (std::rename(from.c_str(), Numbered(path_, number).c_str()) == 0 || errno == ENOENT)
      continue;
    return Failed("cannot rename", from, errno);
  }
  return OpenPath();
}

absl::Status RotatingFile::Write(std::string_view lines) {
  size_t written = 0;
  while (written < lines.size()) {
    const ssize_t count = write(file_.get(), lines.data() + written, lines.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      const absl::Status status = Failed("cannot write to", path_, count < 0 ? errno : ENOSPC);
      // What was written of them goes again: they come a second time, and no line is cut. Where
      // that fails the file is opened anew, which ends a half line.
      if (written > 0 && ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) file_.Reset();
      return status;
    }
    written += static_cast<size_t>(count);
  }
  size_ += written;
  return absl::OkStatus();
}

}  // namespace pigeonhub::history
