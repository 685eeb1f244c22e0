// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "control/daemon/config/config.h"
#include "pigeonhub/hub_server.h"
#include "server/core/time.h"

namespace pigeonhub {

// Tokens of a hub for development that asks for them and was given no key: it makes one, which ends
// with the process.
class DevTokens {
 public:
  static constexpr Duration kValidFor = std::chrono::hours(1);

  DevTokens();

  // What such tokens are checked with.
  TokenKeys::File key() const;
  // One for every namespace, from whom and for whom the configuration asks for.
  std::string Make(const Config& config, UnixMillis now) const;

 private:
  std::string secret_;
};

}  // namespace pigeonhub
