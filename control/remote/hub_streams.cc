// SPDX-License-Identifier: Apache-2.0

#include "control/remote/hub_streams.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "control/remote/far_streams.h"

namespace pigeonhub {
namespace {

constexpr Duration kToOpen = std::chrono::seconds(3);
// The other hub waits for something to come; the rest is for the way.
constexpr Duration kToPoll = FarStreams::kPatience + std::chrono::seconds(3);
constexpr auto kBetweenLooks = std::chrono::seconds(3);
// No more is asked for while so much waits for the caller.
constexpr size_t kMostWaiting = size_t{1024} * 1024;

}  // namespace

std::shared_ptr<HubStreams> HubStreams::Begin(OneHub& hubs, std::string method, Principal caller,
                                              std::unique_ptr<StreamPlan> plan, Choose choose,
                                              bool of_one) {
  std::shared_ptr<HubStreams> streams(new HubStreams(hubs, std::move(method), std::move(caller),
                                                     std::move(plan), std::move(choose), of_one));
  streams->Look();
  return streams;
}

HubStreams::~HubStreams() = default;

void HubStreams::Look() {
  const std::vector<Source> sources = choose_();
  Todo todo;
  {
    MutexLock lock(mutex_);
    if (end_.has_value()) return;
    const bool is_first = ones_.empty();
    for (const Source& source : sources) {
      if (!is_first && !plan_->goes_on() && !ones_.contains(source.hub)) continue;
      One& one = ones_[source.hub];
      if (one.state != One::State::kWaits) continue;
      if (source.why_not.ok()) {
        OpenLocked(source.hub, one, todo);
      } else {
        FailLocked(source.hub, one, source.why_not);
      }
    }
    LookLaterLocked();
    HandOverLocked(todo);
  }
  for (const auto& one : todo) one();
}

void HubStreams::LookLaterLocked() {
  alarm_ = std::make_unique<grpc::Alarm>();
  alarm_->Set(std::chrono::system_clock::now() + kBetweenLooks, [weak = weak_from_this()](bool ok) {
    const auto self = weak.lock();
    if (ok && self != nullptr) self->Look();
  });
}

void HubStreams::OpenLocked(const std::string& hub, One& one, Todo& todo) {
  one.state = One::State::kOpening;
  std::string request = plan_->RequestTo(hub);
  if (hubs_.IsThisOne(hub)) {
    one.inside = hubs_.plane().inside.Watch({method_, std::move(request), caller_});
    return PollLocked(hub, one, todo);
  }
  hubs::v1::Question question = QuestionFor(kToOpen);
  question.mutable_open()->set_method(method_);
  question.mutable_open()->set_request(std::move(request));
  todo.push_back([self = shared_from_this(), hub, question] {
    self->hubs_.Put(*PeerId::Parse(hub), question, kToOpen,
                    [self, hub](const absl::StatusOr<hubs::v1::Answer>& answer) {
                      self->OnOpened(hub, answer);
                    });
  });
}

void HubStreams::OnOpened(const std::string& hub, const absl::StatusOr<hubs::v1::Answer>& answer) {
  Todo todo;
  {
    MutexLock lock(mutex_);
    One& one = ones_[hub];
    if (!answer.ok()) {
      FailLocked(hub, one, Unreached(hub, answer.status()));
    } else if (answer->stream() == 0) {
      FailLocked(hub, one, StatusOf(*answer));
    } else {
      one.stream = answer->stream();
      PollLocked(hub, one, todo);
    }
    HandOverLocked(todo);
  }
  for (const auto& one : todo) one();
}

void HubStreams::PollLocked(const std::string& hub, One& one, Todo& todo) {
  if (end_.has_value()) {
    // Nobody wants it any more.
    if (one.inside != nullptr) return one.inside->Cancel();
    hubs::v1::Question question = QuestionFor(kToOpen);
    question.set_end_of(one.stream);
    todo.push_back([self = shared_from_this(), hub, question] {
      self->hubs_.questions().Ask(*PeerId::Parse(hub), question, kToOpen,
                                  [](const absl::StatusOr<hubs::v1::Answer>&) {});
    });
    return;
  }
  if (bytes_ >= kMostWaiting) {
    one.state = One::State::kFull;
    return;
  }
  one.state = One::State::kOpen;
  if (one.inside != nullptr) {
    todo.push_back([self = shared_from_this(), hub, inside = one.inside] {
      inside->Take(FarStreams::kPatience, [self, hub](const InsideStream::Taken& taken) {
        self->OnItems(hub, taken.messages, taken.end);
      });
    });
    return;
  }
  hubs::v1::Question question = QuestionFor(kToPoll);
  question.set_next_of(one.stream);
  todo.push_back([self = shared_from_this(), hub, question] {
    self->hubs_.questions().Ask(*PeerId::Parse(hub), question, kToPoll,
                                [self, hub](const absl::StatusOr<hubs::v1::Answer>& answer) {
                                  self->OnPolled(hub, answer);
                                });
  });
}

void HubStreams::OnPolled(const std::string& hub, const absl::StatusOr<hubs::v1::Answer>& answer) {
  if (answer.ok()) {
    return OnItems(hub, {answer->items().begin(), answer->items().end()},
                   answer->over() ? std::optional(StatusOf(*answer)) : std::nullopt);
  }
  // It was known when the stream was opened. Who is lost is named for a while longer than one who
  // said that he ends.
  const std::vector<HubToAsk> hubs = hubs_.questions().Hubs();
  const auto known = std::find_if(hubs.begin(), hubs.end(),
                                  [&](const HubToAsk& one) { return one.hub.text() == hub; });
  const bool said_its_end = known == hubs.end() || known->said_its_end;
  if (said_its_end) {
    MutexLock lock(mutex_);
    ones_[hub].said_its_end = true;
  }
  OnItems(
      hub, {},
      Unreached(hub, said_its_end ? absl::UnavailableError("it left the mesh") : answer.status()));
}

void HubStreams::OnItems(const std::string& hub, const std::vector<std::string>& items,
                         const std::optional<grpc::Status>& end) {
  Todo todo;
  {
    MutexLock lock(mutex_);
    TakeItemsLocked(hub, ones_[hub], items, end, todo);
    HandOverLocked(todo);
  }
  for (const auto& one : todo) one();
}

void HubStreams::TakeItemsLocked(const std::string& hub, One& one,
                                 const std::vector<std::string>& items,
                                 const std::optional<grpc::Status>& end, Todo& todo) {
  for (const std::string& item : items) {
    AddLocked(plan_->Take(hub, item));
    one.told = false;
  }
  if (!end.has_value()) return PollLocked(hub, one, todo);
  if (!end->ok()) return FailLocked(hub, one, *end);
  one.state = One::State::kEnded;
  one.inside.reset();
}

void HubStreams::FailLocked(const std::string& hub, One& one, const grpc::Status& why) {
  one.inside.reset();
  one.state = plan_->goes_on() ? One::State::kWaits : One::State::kEnded;
  // A hub that was drained leaves the mesh, and is not heard to the end.
  const bool is_lost = one.stream != 0 && (why.error_code() == grpc::StatusCode::UNAVAILABLE ||
                                           why.error_code() == grpc::StatusCode::CANCELLED);
  // What is wrong with the request is so for all, and this hub says it best.
  const bool is_final = of_one_ || hubs_.IsThisOne(hub);
  if (is_final && (plan_->goes_on() || !is_lost)) {
    one.state = One::State::kEnded;
    if (!end_.has_value()) end_ = why;
    return;
  }
  if (std::exchange(one.told, true)) return;
  AddLocked(is_lost ? plan_->Lost(hub, ReasonOf(hub, why), one.said_its_end)
                    : plan_->Unreachable(hub, ReasonOf(hub, why)));
}

void HubStreams::AddLocked(std::vector<std::string> items) {
  for (std::string& item : items) {
    bytes_ += item.size();
    items_.push_back(std::move(item));
  }
}

void HubStreams::HandOverLocked(Todo& todo) {
  if (!end_.has_value() && !ones_.empty() &&
      std::all_of(ones_.begin(), ones_.end(),
                  [](const auto& one) { return one.second.state == One::State::kEnded; })) {
    end_ = grpc::Status::OK;
  }
  if (end_.has_value()) alarm_.reset();
  if (!waiting_ || (items_.empty() && !end_.has_value())) return;
  OnItem on_item = std::exchange(waiting_, nullptr);
  if (items_.empty()) {
    todo.push_back([on_item = std::move(on_item), end = *end_] { on_item(std::nullopt, end); });
    return;
  }
  bytes_ -= items_.front().size();
  todo.push_back([on_item = std::move(on_item), item = std::move(items_.front())] {
    on_item(item, grpc::Status::OK);
  });
  items_.pop_front();
}

void HubStreams::Next(OnItem on_item) {
  Todo todo;
  {
    MutexLock lock(mutex_);
    waiting_ = std::move(on_item);
    HandOverLocked(todo);
    if (bytes_ < kMostWaiting / 2) {
      for (auto& [hub, one] : ones_) {
        if (one.state == One::State::kFull) PollLocked(hub, one, todo);
      }
    }
  }
  for (const auto& one : todo) one();
}

void HubStreams::Cancel() {
  Todo todo;
  {
    MutexLock lock(mutex_);
    end_ = grpc::Status(grpc::StatusCode::CANCELLED, "the caller left");
    items_.clear();
    bytes_ = 0;
    for (auto& [hub, one] : ones_) {
      if (one.inside != nullptr) one.inside->Cancel();
      if (one.state == One::State::kFull) PollLocked(hub, one, todo);
    }
    HandOverLocked(todo);
  }
  for (const auto& one : todo) one();
}

}  // namespace pigeonhub
