// SPDX-License-Identifier: Apache-2.0

#include "server/question_desk.h"

#include <memory>
#include <utility>
#include <variant>

#include "server/core/command.h"

namespace pigeonhub {

void QuestionDesk::Ask(const PeerId& hub, std::string question, Duration within,
                       HubServer::OnAnswer on_answer) {
  uint64_t number = 0;
  {
    MutexLock lock(mutex_);
    number = ++last_number_;
    asked_[number] = std::move(on_answer);
  }
  const absl::Status status = dispatcher_.Command(
      PutQuestion{hub, number, std::make_shared<const std::string>(std::move(question)), within});
  if (!status.ok()) Take({AnswerCame{number, status, nullptr}});
}

void QuestionDesk::OnQuestion(HubServer::QuestionHandler handler) {
  MutexLock lock(handler_mutex_);
  handler_ = std::move(handler);
}

void QuestionDesk::Take(Effects effects) {
  {
    MutexLock lock(mutex_);
    for (Effect& effect : effects) came_.push_back(std::move(effect));
  }
  changed_.notify_all();
}

void QuestionDesk::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void QuestionDesk::Run(const std::stop_token& stop) {
  for (;;) {
    Effects came;
    {
      MutexLock lock(mutex_);
      const auto any = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !came_.empty(); };
      if (!changed_.wait(mutex_, stop, any)) return;
      came.swap(came_);
    }
    for (const Effect& effect : came) {
      if (const auto* question = std::get_if<QuestionCame>(&effect)) Handle(*question);
      if (const auto* answer = std::get_if<AnswerCame>(&effect)) Handle(*answer);
    }
  }
}

void QuestionDesk::Handle(const QuestionCame& question) {
  const auto reply = [this, hub = question.hub, number = question.number](std::string text) {
    // Nobody may wait for it any more.
    dispatcher_
        .Command(AnswerQuestion{hub, number, std::make_shared<const std::string>(std::move(text))})
        .IgnoreError();
  };
  MutexLock lock(handler_mutex_);
  if (handler_) {
    handler_({question.hub, question.has_mesh_key, *question.text, reply});
  } else {
    dispatcher_.Command(AnswerQuestion{question.hub, question.number, nullptr, "nobody"})
        .IgnoreError();
  }
}

void QuestionDesk::Handle(const AnswerCame& answer) {
  HubServer::OnAnswer on_answer;
  {
    MutexLock lock(mutex_);
    const auto asked = asked_.find(answer.number);
    if (asked == asked_.end()) return;
    on_answer = std::move(asked->second);
    asked_.erase(asked);
  }
  if (answer.status.ok()) {
    on_answer(*answer.text);
  } else {
    on_answer(answer.status);
  }
}

}  // namespace pigeonhub
