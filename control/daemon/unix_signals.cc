// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/unix_signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace pigeonhub {
namespace {

// This happens only to a process without a free descriptor, which could not serve either.
Descriptor Checked(int fd) {
  if (fd >= 0) return Descriptor(fd);
  std::perror("pigeonhub: signals");
  std::exit(1);
}

}  // namespace

UnixSignals::UnixSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  pending_ = Checked(signalfd(-1, &signals_, SFD_CLOEXEC));
  cancel_ = Checked(eventfd(0, EFD_CLOEXEC));
}

std::optional<int> UnixSignals::Wait(std::chrono::milliseconds most) {
  pollfd waiting[] = {{cancel_.get(), POLLIN, 0}, {pending_.get(), POLLIN, 0}};
  int ready = 0;
  do {
    ready = poll(waiting, 2, static_cast<int>(most.count()));
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) return kNone;
  if (waiting[0].revents != 0) return std::nullopt;
  signalfd_siginfo info{};
  if (read(pending_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

void UnixSignals::Cancel() { eventfd_write(cancel_.get(), 1); }

void UnixSignals::Unblock() { pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); }

}  // namespace pigeonhub
