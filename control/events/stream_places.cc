// SPDX-License-Identifier: Apache-2.0

#include "control/events/stream_places.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace pigeonhub {

StreamPlaces::Place::Place(StreamPlaces& places, std::string caller)
    : places_(&places), caller_(std::move(caller)) {}

StreamPlaces::Place::Place(Place&& other) noexcept
    : places_(std::exchange(other.places_, nullptr)), caller_(std::move(other.caller_)) {}

StreamPlaces::Place& StreamPlaces::Place::operator=(Place&& other) noexcept {
  std::swap(places_, other.places_);
  std::swap(caller_, other.caller_);
  return *this;
}

StreamPlaces::Place::~Place() {
  if (places_ != nullptr) places_->GiveBack(caller_);
}

absl::StatusOr<StreamPlaces::Place> StreamPlaces::Take(const std::string& caller) {
  MutexLock lock(mutex_);
  if (taken_ >= limits_.all) {
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
  ++taken_;
  return Place(*this, caller);
}

void StreamPlaces::GiveBack(const std::string& caller) {
  MutexLock lock(mutex_);
  const auto own = by_caller_.find(caller);
  if (--own->second == 0) by_caller_.erase(own);
  --taken_;
}

}  // namespace pigeonhub
