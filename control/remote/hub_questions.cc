// SPDX-License-Identifier: Apache-2.0

#include "control/remote/hub_questions.h"

#include <utility>

namespace pigeonhub {
namespace {

const absl::Status kStops = absl::UnavailableError("the hub that was asked first stops");

absl::StatusOr<hubs::v1::Answer> ReadAnswer(const absl::StatusOr<std::string>& text) {
  if (!text.ok()) return text.status();
  hubs::v1::Answer answer;
  if (!answer.ParseFromString(*text)) {
    return absl::InternalError("its answer cannot be read");
  }
  return answer;
}

}  // namespace

HubQuestions::OnAnswer HubQuestions::Open::Take(uint64_t number) {
  MutexLock lock(mutex);
  const auto found = waiting.find(number);
  if (found == waiting.end()) return nullptr;
  OnAnswer taken = std::move(found->second);
  waiting.erase(found);
  return taken;
}

void HubQuestions::Ask(const PeerId& hub, const hubs::v1::Question& question, Duration within,
                       OnAnswer on_answer) {
  uint64_t number = 0;
  {
    MutexLock lock(open_->mutex);
    if (!open_->closed) {
      number = ++open_->last;
      open_->waiting[number] = std::move(on_answer);
    }
  }
  if (number == 0) return on_answer(kStops);
  hub_.Ask(hub, question.SerializeAsString(), within,
           [open = open_, number](const absl::StatusOr<std::string>& text) {
             if (const OnAnswer waiting = open->Take(number)) waiting(ReadAnswer(text));
           });
}

void HubQuestions::Close() {
  std::map<uint64_t, OnAnswer> waiting;
  {
    MutexLock lock(open_->mutex);
    open_->closed = true;
    waiting.swap(open_->waiting);
  }
  for (const auto& [number, on_answer] : waiting) on_answer(kStops);
}

}  // namespace pigeonhub
