// SPDX-License-Identifier: Apache-2.0

#include "server/base/output.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace pigeonhub {
namespace {

// While a terminal takes what another one writes it says that it has no room.
constexpr int kTries = 10;
constexpr int kPatience = 1;  // milliseconds, for each

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

bool Output::Write(std::string_view lines) {
  std::string after_a_cut;
  if (is_cut_.exchange(false)) lines = after_a_cut.append(1, '\n').append(lines);
  ssize_t written = -1;
  const int patience = is_full_ ? 0 : kPatience;
  for (int tries = 0; tries < kTries && written < 0; ++tries) {
    pollfd writable{fd_, POLLOUT, 0};
    if (::poll(&writable, 1, patience) != 1) break;
    written = ::write(fd_, lines.data(), lines.size());
    if (written < 0 && errno != EINTR && errno != EAGAIN) break;
  }
  const bool is_taken = written == static_cast<ssize_t>(lines.size());
  is_full_ = !is_taken;
  if (is_taken) return true;
  is_cut_ = written > 0 || !after_a_cut.empty();
  return false;
}

}  // namespace pigeonhub
