// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/pause.h"

#include <condition_variable>

#include "server/runtime/mutex.h"

namespace pigeonhub {

void Pause(Duration duration, const std::stop_token& stop) {
  Mutex mutex;
  std::condition_variable_any never;
  MutexLock lock(mutex);
  never.wait_for(mutex, stop, duration, [] { return false; });
}

}  // namespace pigeonhub
