// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "server/core/time.h"

namespace pigeonhub {

// How often somebody may declare itself a hub: five times at once from one address, then once a
// second.
class RegistrationRate {
 public:
  bool Admit(SteadyTime now, const std::string& address);
  // Forgets the addresses that could do all they may again.
  void Compact(SteadyTime now);
  size_t size() const { return full_at_.size(); }

 private:
  static constexpr Duration kEach = std::chrono::seconds(1);
  static constexpr int kBurst = 5;

  // When each address will have its whole burst back.
  absl::flat_hash_map<std::string, SteadyTime> full_at_;
};

}  // namespace pigeonhub
