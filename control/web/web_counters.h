// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "control/web/http_message.h"
#include "server/runtime/exposition.h"

namespace pigeonhub {

// What the console port did, for /metrics. Thread-safe.
class WebCounters {
 public:
  // `status` is one of HTTP's that an answer has; there are few.
  void CountAnswer(int status);
  void CountRefusal(WebRefusal refusal);

  void AddTo(Exposition& out, size_t connections) const;

 private:
  std::array<std::atomic<uint64_t>, 600> answers_{};
  std::array<std::atomic<uint64_t>, 10> refusals_{};
};

}  // namespace pigeonhub
