// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/characters.h"

namespace pigeonhub {

absl::Status FileLock::Take(const std::string& path) {
  constexpr mode_t kOwnerOnly = 0600;
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
  if (!file.is_open() || flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    if (file.is_open() && error == EWOULDBLOCK) {
      return absl::AlreadyExistsError(absl::StrCat(Displayable(path), " is held by somebody else"));
    }
    return absl::UnavailableError(absl::StrCat("cannot hold ", Displayable(path), ": ",
                                               std::generic_category().message(error)));
  }
  file_ = std::move(file);
  return absl::OkStatus();
}

}  // namespace pigeonhub
