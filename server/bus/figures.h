// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/counters.h"
#include "server/runtime/exposition.h"

namespace pigeonhub::bus {

// What a bus counts. Each figure has one writer at a time, and is read from any thread.
struct Figures {
  struct Direction {
    Counter messages;
    Counter bytes;
  };

  Counter connects;
  Direction in;
  Direction out;
  Counter dropped_down;           // said while there was no connection
  Counter dropped_backlogged;     // said while too much waited already
  Counter dropped_slow_consumer;  // heard while too much waited already

  void AddTo(Exposition& out) const;
};

}  // namespace pigeonhub::bus
