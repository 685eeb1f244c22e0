// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pigeonhub::history {

// The secrets that webhooks are signed with, as Standard Webhooks (standardwebhooks.com) has them:
// whsec_ and base64 of 24 to 64 bytes. A receiver knows one of them; while there are two it can
// change from one to the other.
class WebhookKeys {
 public:
  static constexpr size_t kMostKeys = 4;

  // Of the text of a key file: a secret a line, where empty lines and those that begin with # say
  // nothing. INVALID_ARGUMENT, one line without the secret.
  static absl::StatusOr<WebhookKeys> Parse(std::string_view text);

  // The header webhook-signature of a message: one signature a key, "v1,…=", with blanks between
  // them.
  std::string Sign(std::string_view id, int64_t unix_seconds, std::string_view body) const;

 private:
  std::vector<std::string> keys_;  // bytes
};

}  // namespace pigeonhub::history
