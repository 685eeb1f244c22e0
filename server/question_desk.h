// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "pigeonhub/hub_server.h"
#include "server/core/effect.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// What the program asks other hubs, and what these ask it. Answers and questions are handed over on
// a thread of their own, as no thread of the hub has time for what follows. The core bounds how
// many there are.
class QuestionDesk {
 public:
  explicit QuestionDesk(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}
  ~QuestionDesk() { Quit(); }

  void Ask(const PeerId& hub, std::string question, Duration within, HubServer::OnAnswer on_answer)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Returns when the one before is not running and will not run again.
  void OnQuestion(HubServer::QuestionHandler handler) ABSL_LOCKS_EXCLUDED(handler_mutex_);

  // From any thread: the core has questions and answers.
  void Take(Effects effects) ABSL_LOCKS_EXCLUDED(mutex_);

  // From now on they are handed over, until Quit returns.
  void Start();
  void Quit() { thread_ = {}; }

 private:
  void Run(const std::stop_token& stop);
  void Handle(const QuestionCame& question) ABSL_LOCKS_EXCLUDED(handler_mutex_);
  void Handle(const AnswerCame& answer) ABSL_LOCKS_EXCLUDED(mutex_);

  Dispatcher& dispatcher_;
  Mutex handler_mutex_;  // held while the handler runs
  HubServer::QuestionHandler handler_ ABSL_GUARDED_BY(handler_mutex_);
  Mutex mutex_;
  std::condition_variable_any changed_;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, HubServer::OnAnswer> asked_ ABSL_GUARDED_BY(mutex_);
  Effects came_ ABSL_GUARDED_BY(mutex_);
  std::jthread thread_;
};

}  // namespace pigeonhub
