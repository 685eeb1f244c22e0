// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <csignal>
#include <optional>

#include "server/base/descriptor.h"

namespace pigeonhub {

// Waits for SIGINT, SIGTERM and SIGHUP, so that no code runs inside a signal handler. serve.cc
// decides what each of them does.
//
// Make it before anything else in main: the threads that start later inherit that the three signals
// are blocked. One thread waits; another one may call Cancel.
class UnixSignals {
 public:
  UnixSignals();
  UnixSignals(const UnixSignals&) = delete;
  UnixSignals& operator=(const UnixSignals&) = delete;

  // Waits for the next signal, for so long at most. Empty after Cancel, kNone when the time is
  // over.
  static constexpr int kNone = 0;
  std::optional<int> Wait(std::chrono::milliseconds most);
  void Cancel();

  // From now on the signals end the process, as they do by default. Call it on the thread of the
  // constructor.
  void Unblock();

 private:
  sigset_t signals_;
  Descriptor pending_;  // readable while a signal waits
  Descriptor cancel_;   // readable once Cancel was called
};

}  // namespace pigeonhub
