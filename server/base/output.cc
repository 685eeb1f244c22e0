// SPDX-License-Identifier: Apache-2.0

#include "server/base/output.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace pigeonhub {
namespace {

// A terminal says that it can be written to where it has room for one byte, and then a write waits
// for room for all. A pipe has room for 4 KiB when it says so.
Descriptor OpenAgain(int fd) {
  if (fd < 0 || isatty(fd) != 1) return Descriptor();
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return Descriptor(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

Output::Output(int fd) : fd_(fd), opened_again_(OpenAgain(fd)) {
  if (opened_again_.is_open()) fd_ = opened_again_.get();
}

bool Output::Write(std::string_view text) const {
  pollfd writable{fd_, POLLOUT, 0};
  if (::poll(&writable, 1, 0) != 1) return false;
  ssize_t written;
  do {
    written = ::write(fd_, text.data(), text.size());
  } while (written < 0 && errno == EINTR);
  return written == static_cast<ssize_t>(text.size());
}

}  // namespace pigeonhub
