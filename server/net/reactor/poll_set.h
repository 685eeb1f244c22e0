// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "server/base/descriptor.h"
#include "server/net/reactor/socket.h"

namespace pigeonhub::net {

// The sockets of one loop in one epoll set. Asio waits for the set as a whole and not for each
// socket, because Asio's own wait costs a system call for every message. A level-triggered interest
// that stays in the set costs none (docs/decisions/0006).
//
// Lives on one loop's thread. Sockets may be destroyed at any time, also during Dispatch.
class PollSet {
 public:
  PollSet();
  // Every socket must be gone.
  ~PollSet() = default;
  PollSet(const PollSet&) = delete;
  PollSet& operator=(const PollSet&) = delete;

  // Readable when there is something to dispatch.
  int descriptor() const { return epoll_.get(); }

  // Takes a connected, non-blocking TCP socket over. Null if the system cannot watch it.
  std::unique_ptr<Socket> Adopt(Descriptor descriptor, uint64_t key, Readiness& readiness);

  // Calls Readiness for what is ready now, at most one batch, and does not wait.
  void Dispatch();

 private:
  class Member;
  static constexpr size_t kBatch = 256;

  const Descriptor epoll_;
  std::array<epoll_event, kBatch> batch_;
  std::span<epoll_event> undispatched_;
};

}  // namespace pigeonhub::net
