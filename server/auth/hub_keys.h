// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "server/auth/hub_token.h"
#include "server/core/ids.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub::auth {

// The keys that the hubs of a mesh share (--hub-key), the tokens made with them, and the tokens
// that were seen already.
//
// The text of a key file has one key a line, at least 32 characters of it; empty lines and lines
// that begin with # are skipped. Tokens are made with the first key and accepted with any of them.
// So keys are rotated without a gap: add the new one at the end everywhere, then move it to the
// front everywhere, then remove the old one.
//
// Thread-safe.
class HubKeys {
 public:
  // Tokens that were made before `started` are refused: the process before this one may have
  // accepted them already.
  explicit HubKeys(UnixMillis started = 0) : started_(started) {}

  static constexpr size_t kShortestKey = 32;
  static constexpr size_t kMostKeys = 16;

  // How long a token is good; hubs' clocks may differ by the tolerance.
  static constexpr UnixMillis kLifetimeMs = 60'000;
  static constexpr UnixMillis kToleranceMs = 60'000;

  // So many tokens that were accepted, and are not yet too old, are remembered. When there are
  // more, new ones are refused, as they could have been accepted before.
  static constexpr size_t kMostRemembered = 100'000;

  // The keys from now on. INVALID_ARGUMENT, one line without any part of a key, leaves them as they
  // were. Empty text: no keys.
  absl::Status Set(std::string_view text);
  // What Set would say.
  static absl::Status Check(std::string_view text);

  bool empty() const;

  // A new token for a hub that dials another. Its nonce and expiry are made here. Empty without
  // keys.
  std::string Make(HubTokenClaims claims, UnixMillis now) const;

  // What a token must claim.
  struct Expected {
    PeerId hub{};
    std::string_view network{};
    bool is_addressee = false;  // whether it is made out to this hub; a hub1 token is to nobody
  };
  // Why the token does not show that the hub belongs to the mesh; empty if it does. Then it never
  // does so again.
  std::optional<Reason> Refusal(const HubToken& token, const Expected& expected, UnixMillis now);

 private:
  bool RememberLocked(std::string_view nonce, UnixMillis until, UnixMillis now);

  const UnixMillis started_;
  mutable std::mutex mutex_;  // guards all below
  std::vector<std::string> keys_;
  absl::flat_hash_map<std::string, UnixMillis> seen_;  // nonces, until they are of no use any more
};

}  // namespace pigeonhub::auth
