// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonhub/hub_server.h"
#include "server/auth/provider/jwks_refresher.h"
#include "server/auth/token/token_verifier.h"
#include "server/runtime/clock.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// What the tokens of peers are checked with: the keys that were given, and those of an identity
// provider, which are fetched again and again. Thread-safe.
class PeerTokens {
 public:
  // The clock and the log outlive it.
  PeerTokens(const HubServerOptions& options, const Clock& clock, Log& log);

  // Whether a server can have these options.
  static absl::Status CheckOptions(const HubServerOptions& options);
  static absl::Status CheckKeys(const TokenKeys& keys);

  // Replaces the keys that were given. Changes nothing unless CheckKeys takes them; a status is why
  // they could not be read.
  absl::Status SetKeys(const absl::StatusOr<TokenKeys>& keys);

  const auth::TokenVerifier& verifier() const { return verifier_; }
  TokenAnswer Check(std::string_view token) const;

  void AddMetrics(Exposition& out) const;

 private:
  void LogFetch(const auth::JwksState& state);

  const PeerAuth auth_;
  const Clock& clock_;
  Log& log_;
  const std::string issuers_;  // that are taken, as a line of the log names them
  auth::TokenVerifier verifier_;
  std::atomic<uint64_t> changes_ = 0;  // keys that were replaced
  std::atomic<uint64_t> refused_ = 0;  // keys that could not be used
  std::atomic<bool> is_refused_ = false;
  std::string last_problem_;                        // on the refresher's thread
  std::unique_ptr<auth::JwksRefresher> refresher_;  // null without a provider
};

}  // namespace pigeonhub
