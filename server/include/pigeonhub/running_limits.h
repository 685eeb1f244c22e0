// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "pigeonhub/rate.h"

namespace pigeonhub {

// The limits that may change while a server runs. Each is as the option of its name in
// HubServerOptions; RunningLimitsOf says what they begin with, and these alone are no defaults.
struct RunningLimits {
  size_t max_connections = 0;
  uint64_t memory_limit = 0;
  size_t discovery_limit = 0;
  std::optional<Rate> message_rate = {};
  std::optional<Rate> byte_rate = {};
  std::optional<Rate> announce_rate = {};
  std::optional<Rate> fanout_rate = {};
  std::optional<Rate> address_rate = {};
  std::optional<Rate> auth_failure_rate = {};
  std::optional<Rate> hub_registration_rate = {};

  friend bool operator==(const RunningLimits&, const RunningLimits&) = default;
};

}  // namespace pigeonhub
