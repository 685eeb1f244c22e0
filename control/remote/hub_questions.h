// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "pigeonhub/hub_server.h"
#include "pigeonhub/hubs/v1/questions.pb.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// What this control API asks those of other hubs. Thread-safe.
class HubQuestions {
 public:
  using OnAnswer = std::function<void(absl::StatusOr<hubs::v1::Answer> answer)>;

  explicit HubQuestions(HubServer& hub) : hub_(hub), open_(std::make_shared<Open>()) {}

  // Calls `on_answer` once, on any thread.
  void Ask(const PeerId& hub, const hubs::v1::Question& question, Duration within,
           OnAnswer on_answer);
  // Whoever waits is told that this hub stops, and so is whoever asks later.
  void Close();

  std::vector<HubToAsk> Hubs() const { return hub_.HubsToAsk(); }

 private:
  // Those who wait. Answers may come when this object is gone.
  struct Open {
    Mutex mutex;
    bool closed ABSL_GUARDED_BY(mutex) = false;
    uint64_t last ABSL_GUARDED_BY(mutex) = 0;
    std::map<uint64_t, OnAnswer> waiting ABSL_GUARDED_BY(mutex);

    OnAnswer Take(uint64_t number) ABSL_LOCKS_EXCLUDED(mutex);
  };

  HubServer& hub_;
  const std::shared_ptr<Open> open_;
};

}  // namespace pigeonhub
