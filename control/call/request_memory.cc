// SPDX-License-Identifier: Apache-2.0

#include "control/call/request_memory.h"

#include <grpcpp/support/status.h>

#include <utility>

namespace pigeonhub {

bool RequestMemory::IsFinal(int code) {
  switch (code) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return false;
    default:
      return true;
  }
}

RequestMemory::Recalled RequestMemory::Recall(SteadyTime now, const Key& key,
                                              const Digest& request) {
  Forget(now);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return {};
  if (found->second.request != request) return {Match::kAnotherRequest, nullptr};
  return {Match::kRepeated, &found->second.outcome};
}

void RequestMemory::Remember(SteadyTime now, Key key, const Digest& request, Outcome outcome) {
  const auto [entry, added] =
      entries_.try_emplace(std::move(key), Entry{request, std::move(outcome), now + kKeep});
  if (!added) return;
  by_age_.push_back(entry);
  Forget(now);
}

void RequestMemory::Forget(SteadyTime now) {
  while (!by_age_.empty() && (by_age_.size() > kMost || by_age_.front()->second.forget_at <= now)) {
    entries_.erase(by_age_.front());
    by_age_.pop_front();
  }
}

}  // namespace pigeonhub
