// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <csignal>
#include <optional>

#include "server/base/descriptor.h"

namespace pigeonhub {

// Waits for SIGINT, SIGTERM and SIGHUP, so that no code runs inside a signal handler. serve.cc
// decides what each of them does.
//
// Made first thing in main: threads started later inherit that the three are blocked. One thread
// waits; Cancel may come from another.
class UnixSignals {
 public:
  UnixSignals();
  UnixSignals(const UnixSignals&) = delete;
  UnixSignals& operator=(const UnixSignals&) = delete;

  // The next signal, or nothing once Cancel was called.
  std::optional<int> Wait();
  void Cancel();

  // From now on they do what they do by default: end the process. On the thread of the constructor.
  void Unblock();

 private:
  sigset_t signals_;
  Descriptor pending_;  // readable while a signal waits
  Descriptor cancel_;   // readable once Cancel was called
};

}  // namespace pigeonhub
