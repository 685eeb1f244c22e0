// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/alarm.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "control/call/inside_stream.h"
#include "control/call/other_hubs.h"
#include "control/remote/one_hub.h"
#include "control/remote/stream_plan.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// One stream out of those of several hubs. Another hub is asked for what has come of its stream,
// again and again, and not while much waits for the caller here; so a caller that reads slowly
// holds up the hubs' streams and no memory. A hub that does not answer is named in the stream once;
// if the plan goes on it is tried again, from where it was. Thread-safe; lives until it is over.
class HubStreams final : public StreamOfHubs, public std::enable_shared_from_this<HubStreams> {
 public:
  struct Source {
    std::string hub;
    grpc::Status why_not;  // it cannot be asked now
  };
  // The hubs that are meant now.
  using Choose = std::function<std::vector<Source>()>;

  // `of_one`: what ends the stream of that hub ends this one.
  static std::shared_ptr<HubStreams> Begin(OneHub& hubs, std::string method, Principal caller,
                                           std::unique_ptr<StreamPlan> plan, Choose choose,
                                           bool of_one);
  ~HubStreams() override;

  void Next(OnItem on_item) override ABSL_LOCKS_EXCLUDED(mutex_);
  void Cancel() override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct One {
    enum class State { kWaits, kOpening, kOpen, kFull, kEnded };
    State state = State::kWaits;
    bool told = false;                     // that it does not answer
    bool said_its_end = false;             // it left the mesh in order
    uint64_t stream = 0;                   // its number at the other hub
    std::shared_ptr<InsideStream> inside;  // of this hub
  };
  // What is to be done once the lock is free.
  using Todo = std::vector<std::function<void()>>;

  HubStreams(OneHub& hubs, std::string method, Principal caller, std::unique_ptr<StreamPlan> plan,
             Choose choose, bool of_one)
      : hubs_(hubs),
        method_(std::move(method)),
        caller_(std::move(caller)),
        choose_(std::move(choose)),
        of_one_(of_one),
        plan_(std::move(plan)) {}

  // Opens those that wait, and comes again.
  void Look() ABSL_LOCKS_EXCLUDED(mutex_);
  void LookLaterLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OpenLocked(const std::string& hub, One& one, Todo& todo)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PollLocked(const std::string& hub, One& one, Todo& todo)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnOpened(const std::string& hub, const absl::StatusOr<hubs::v1::Answer>& answer)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void OnPolled(const std::string& hub, const absl::StatusOr<hubs::v1::Answer>& answer)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void OnItems(const std::string& hub, const std::vector<std::string>& items,
               const std::optional<grpc::Status>& end) ABSL_LOCKS_EXCLUDED(mutex_);
  void TakeItemsLocked(const std::string& hub, One& one, const std::vector<std::string>& items,
                       const std::optional<grpc::Status>& end, Todo& todo)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FailLocked(const std::string& hub, One& one, const grpc::Status& why)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddLocked(std::vector<std::string> items) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void HandOverLocked(Todo& todo) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  hubs::v1::Question QuestionFor(Duration within) const { return QuestionOf(caller_, within); }

  OneHub& hubs_;
  const std::string method_;
  const Principal caller_;
  const Choose choose_;
  const bool of_one_;

  Mutex mutex_;
  std::unique_ptr<StreamPlan> plan_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, One> ones_ ABSL_GUARDED_BY(mutex_);  // by hub
  std::deque<std::string> items_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  OnItem waiting_ ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
