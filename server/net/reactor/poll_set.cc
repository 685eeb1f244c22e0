// SPDX-License-Identifier: Apache-2.0

#include "server/net/reactor/poll_set.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace pigeonhub::net {

class PollSet::Member final : public Socket {
 public:
  Member(PollSet& set, Descriptor descriptor, uint64_t key, Readiness& readiness)
      : set_(set), descriptor_(std::move(descriptor)), key_(key), readiness_(readiness) {}

  ~Member() override {
    for (epoll_event& event : set_.undispatched_) {
      if (event.data.ptr == this) event.data.ptr = nullptr;
    }
  }

  // False if the set cannot take it.
  bool Join() { return Control(EPOLL_CTL_ADD, EPOLLIN); }

  Transfer Read(char* into, size_t size) override {
    return Result(recv(descriptor_.get(), into, size, 0));
  }

  Transfer Write(std::string_view bytes) override {
    return Result(send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }

  void AwaitReadable() override {
    awaits_readable_ = true;
    if ((interest_ & EPOLLIN) == 0) SetInterest(interest_ | EPOLLIN);
  }

  void AwaitWritable() override {
    awaits_writable_ = true;
    SetInterest(interest_ | EPOLLOUT);
  }

  void ShutdownSend() override { shutdown(descriptor_.get(), SHUT_WR); }

  void KeepInKernel(size_t bytes) override {
    const int size = static_cast<int>(bytes);
    setsockopt(descriptor_.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
  }

  void ResetOnClose() override {
    const linger reset{.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  }

  Line line() const override {
    tcp_info info{};
    socklen_t size = sizeof(info);
    int unconfirmed = 0;
    if (getsockopt(descriptor_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        ioctl(descriptor_.get(), SIOCOUTQ, &unconfirmed) != 0) {
      return {};
    }
    Line line{.sent = info.tcpi_bytes_acked + static_cast<uint64_t>(unconfirmed),
              .taken = info.tcpi_bytes_acked,
              .received = info.tcpi_bytes_received};
    if (info.tcpi_rtt > 0) line.round_trip = std::chrono::microseconds(info.tcpi_rtt);
    if (info.tcpi_unacked > 0) line.silent = std::chrono::milliseconds(info.tcpi_last_ack_recv);
    return line;
  }

  // Either call may destroy the member.
  void OnEvents(uint32_t events) {
    const bool lost = (events & (EPOLLERR | EPOLLHUP)) != 0;
    if (lost && !awaits_readable_ && !awaits_writable_) {
      // epoll reports these whether or not somebody asks, until the socket leaves the set.
      return Leave();
    }
    const bool writable = awaits_writable_ && (lost || (events & EPOLLOUT) != 0);
    const bool readable = awaits_readable_ && (lost || (events & EPOLLIN) != 0);
    if ((events & EPOLLIN) != 0 && !awaits_readable_) SetInterest(interest_ & ~uint32_t{EPOLLIN});
    if (writable) {
      awaits_writable_ = false;
      SetInterest(interest_ & ~uint32_t{EPOLLOUT});
    }
    if (readable)
      awaits_readable_ = false;  // the interest stays in the set: mostly it is wanted again

    const uint64_t key = key_;
    Readiness& readiness = readiness_;
    if (writable) readiness.OnWritable(key);
    if (readable) readiness.OnReadable(key);
  }

 private:
  static Transfer Result(ssize_t moved) {
    if (moved > 0) return {Status::kMoved, static_cast<size_t>(moved)};
    if (moved == 0) return {Status::kEnded};
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {Status::kBlocked};
    return {Status::kFailed};
  }

  void SetInterest(uint32_t interest) {
    if (left_) {
      left_ = !Control(EPOLL_CTL_ADD, interest);
    } else if (interest != interest_) {
      Control(EPOLL_CTL_MOD, interest);
    }
  }

  void Leave() {
    left_ = true;
    interest_ = 0;
    epoll_ctl(set_.epoll_.get(), EPOLL_CTL_DEL, descriptor_.get(), nullptr);
  }

  bool Control(int operation, uint32_t interest) {
    interest_ = interest;
    epoll_event event{.events = interest, .data = {.ptr = this}};
    return epoll_ctl(set_.epoll_.get(), operation, descriptor_.get(), &event) == 0;
  }

  PollSet& set_;
  const Descriptor descriptor_;  // leaves the set when it is closed
  const uint64_t key_;
  Readiness& readiness_;
  uint32_t interest_ = 0;
  bool awaits_readable_ = false;
  bool awaits_writable_ = false;
  bool left_ = false;
};

PollSet::PollSet() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.is_open()) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

std::unique_ptr<Socket> PollSet::Adopt(Descriptor descriptor, uint64_t key, Readiness& readiness) {
  auto member = std::make_unique<Member>(*this, std::move(descriptor), key, readiness);
  if (!member->Join()) return nullptr;
  return member;
}

void PollSet::Dispatch() {
  const int ready = epoll_wait(epoll_.get(), batch_.data(), static_cast<int>(batch_.size()), 0);
  if (ready <= 0) return;
  undispatched_ = std::span(batch_).first(static_cast<size_t>(ready));
  while (!undispatched_.empty()) {
    const epoll_event event = undispatched_.front();
    undispatched_ = undispatched_.subspan(1);
    if (event.data.ptr != nullptr) static_cast<Member*>(event.data.ptr)->OnEvents(event.events);
  }
}

}  // namespace pigeonhub::net
