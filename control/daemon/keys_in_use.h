// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "control/access/access_list.h"
#include "control/call/settings.h"
#include "control/daemon/config/config.h"
#include "pigeonhub/hub_server.h"
#include "server/core/time.h"

namespace pigeonhub {

// What is remembered of keys when they are read. Times are 0 for keys that were not.
struct ReadKeys {
  std::string hub_key_file = {};      // empty: there is no hub key
  std::string signing_key_file = {};  // empty: the hub made its key for this run
  UnixMillis started_at = 0;
  UnixMillis read_at = 0;  // when the files of these three were read last
  UnixMillis hub_key_at = 0;
  UnixMillis webhook_key_at = 0;
  UnixMillis turn_secret_at = 0;
  std::string token_problem = {};  // why the files of token keys are not in force as they are now
};

// All that `config`, which is in force, names, and the identity of the hub. Looks at the files.
// `access` may be null.
std::vector<KeyInUse> KeysInUse(const Config& config, const ReadKeys& read, const HubServer& hub,
                                AccessFile* access);

}  // namespace pigeonhub
