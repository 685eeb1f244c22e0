// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/registration_rate.h"

#include <algorithm>

namespace pigeonhub {

bool RegistrationRate::Admit(SteadyTime now, const std::string& address) {
  SteadyTime& full_at = full_at_[address];
  const SteadyTime next = std::max(full_at, now) + kEach;
  if (next - now > kEach * kBurst) return false;
  full_at = next;
  return true;
}

void RegistrationRate::Compact(SteadyTime now) {
  absl::erase_if(full_at_, [&](const auto& entry) { return entry.second <= now; });
}

}  // namespace pigeonhub
