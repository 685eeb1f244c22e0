// SPDX-License-Identifier: Apache-2.0

#include "control/events/stream_places.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace pigeonhub {

StreamPlaces::Place::Place(Place&& other) noexcept
    : places_(std::exchange(other.places_, nullptr)), taken_(other.taken_) {}

StreamPlaces::Place& StreamPlaces::Place::operator=(Place&& other) noexcept {
  std::swap(places_, other.places_);
  std::swap(taken_, other.taken_);
  return *this;
}

StreamPlaces::Place::~Place() {
  if (places_ != nullptr) places_->GiveBack(taken_);
}

void StreamPlaces::Place::EndsBy(End end) {
  if (places_ != nullptr) places_->SetEnd(*taken_, std::move(end));
}

absl::StatusOr<StreamPlaces::Place> StreamPlaces::Take(const std::string& caller, Check check) {
  MutexLock lock(mutex_);
  if (taken_.size() >= limits_.all) {
    return absl::ResourceExhaustedError(
        "this hub serves no more streams; end one, or try again later");
  }
  if (const auto own = by_caller_.find(caller);
      own != by_caller_.end() && own->second >= limits_.each) {
    return absl::ResourceExhaustedError(
        absl::StrCat("this caller has ", own->second,
                     " streams open already, which is the most for one; end one of them"));
  }
  ++by_caller_[caller];
  return Place(*this, taken_.insert(taken_.end(), {caller, std::move(check), nullptr}));
}

void StreamPlaces::Review(uint64_t version) {
  MutexLock lock(mutex_);
  for (Taken& one : taken_) {
    if (one.end == nullptr || one.reviewed == version) continue;
    one.reviewed = version;
    if (const grpc::Status now = one.check(); !now.ok()) std::exchange(one.end, nullptr)(now);
  }
}

void StreamPlaces::SetEnd(Taken& taken, End end) {
  MutexLock lock(mutex_);
  taken.end = std::move(end);
}

void StreamPlaces::GiveBack(std::list<Taken>::iterator taken) {
  MutexLock lock(mutex_);
  const auto own = by_caller_.find(taken->caller);
  if (--own->second == 0) by_caller_.erase(own);
  taken_.erase(taken);
}

}  // namespace pigeonhub
