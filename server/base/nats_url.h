// SPDX-License-Identifier: Apache-2.0
//
// What operators write to name brokers of NATS, and what hubs say there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pigeonhub {

// A nats:// or tls:// URL in parts. A value.
struct NatsUrl {
  bool secure = false;  // tls://
  // What stands before the @, percent-decoded. A user without a password is a token.
  std::string user = {};
  std::optional<std::string> password = {};
  std::string host;   // in lower case; an IPv6 address without its brackets
  uint16_t port = 0;  // 4222 where the URL has none

  // INVALID_ARGUMENT, one line with the masked URL, for anything else.
  static absl::StatusOr<NatsUrl> Parse(std::string_view url);

  // "nats://broker.example:4222": all of it but the credentials.
  std::string address() const;

  friend bool operator==(const NatsUrl&, const NatsUrl&) = default;
};

// Whether subjects of NATS may begin so: words of letters, digits, - and _ with dots between them,
// of at most 64 bytes.
bool IsNatsSubject(std::string_view text);
// Whether it is one such word.
bool IsNatsToken(std::string_view text);

}  // namespace pigeonhub
