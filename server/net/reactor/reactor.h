// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "server/base/descriptor.h"
#include "server/core/time.h"
#include "server/net/reactor/socket.h"

namespace asio {
class io_context;
}

namespace pigeonhub::net {

// One thread with an Asio context: it waits for sockets and runs the tasks that are posted to it.
class Reactor {
 public:
  // `name` is the thread's, at most 15 characters.
  explicit Reactor(const std::string& name);
  // Stop must have been called, and every socket be gone.
  ~Reactor();

  // Runs tasks on the thread, in order; from any thread. Tasks must not throw.
  void Post(absl::AnyInvocable<void()> task);
  // Posts a task and waits until it has run. From any thread but this one, before Stop.
  void Run(const std::function<void()>& task);
  // Calls `task` on the thread about every `period`, until Stop.
  void Every(Duration period, std::function<void()> task);

  // On the thread: takes a connected, non-blocking TCP socket over. Null if the system cannot watch
  // it.
  std::unique_ptr<Socket> Adopt(Descriptor descriptor, uint64_t key, Readiness& readiness);

  // For code that waits for other things on this thread.
  asio::io_context& context();

  // Ends the thread. Tasks that have not run yet never run.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
