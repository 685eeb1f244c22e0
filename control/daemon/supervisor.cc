// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/supervisor.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace pigeonhub {
namespace {

// How long a message waits for room in the supervisor's queue. This is enough for a busy
// supervisor, and little compared with the time of a drain.
constexpr timeval kPatience{.tv_sec = 1, .tv_usec = 0};

std::optional<uint64_t> Number(const std::string& text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Supervisor::Supervisor(const Variables& variables) : path_(ValueOf(variables, "NOTIFY_SOCKET")) {
  if (path_.empty() || path_.size() >= sizeof(sockaddr_un::sun_path)) return;
  socket_.Reset(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  // A child process inherits the variables, but systemd watches its parent.
  const auto pid = Number(ValueOf(variables, "WATCHDOG_PID"));
  if (pid && *pid != static_cast<uint64_t>(getpid())) return;
  interval_ = std::chrono::microseconds(Number(ValueOf(variables, "WATCHDOG_USEC")).value_or(0));
}

void Supervisor::Ready(std::string_view status) {
  Send("READY=1\nSTATUS=" + std::string(status.substr(0, status.find('\n'))));
}

void Supervisor::Stopping(Duration at_most) {
  Send("STOPPING=1\nEXTEND_TIMEOUT_USEC=" +
       std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(at_most).count()));
}

void Supervisor::StartWatchdog(std::function<void()> check) {
  if (!socket_.is_open() || interval_.count() == 0) return;
  watchdog_ = std::jthread([this, check = std::move(check)](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      check();
      Send("WATCHDOG=1");
      stopped.wait_for(lock, stop, interval_ / 2, [] { return false; });
    }
  });
}

void Supervisor::Send(std::string_view message) const {
  if (!socket_.is_open()) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path_.data(), path_.size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL,
         reinterpret_cast<const sockaddr*>(&address),
         static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size()));
}

}  // namespace pigeonhub
