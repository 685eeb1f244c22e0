// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "server/core/time.h"

namespace pigeonhub {

// How often peers of one address may declare themselves hubs: five times at once, then once a
// second. A loopback address has no limit.
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
