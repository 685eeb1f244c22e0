// SPDX-License-Identifier: Apache-2.0

#include "server/auth/hub_keys.h"

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/digest.h"

namespace pigeonhub::auth {
namespace {

absl::StatusOr<std::vector<std::string>> ParseKeys(std::string_view text) {
  std::vector<std::string> keys;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.size() < HubKeys::kShortestKey) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": a hub key has at least ", HubKeys::kShortestKey,
                       " characters (openssl rand -hex 32 makes one)"));
    }
    if (keys.size() == HubKeys::kMostKeys) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": more than ", HubKeys::kMostKeys, " hub keys"));
    }
    keys.emplace_back(line);
  }
  return keys;
}

}  // namespace

absl::Status HubKeys::Set(std::string_view text) {
  auto keys = ParseKeys(text);
  if (!keys.ok()) return keys.status();
  const std::lock_guard lock(mutex_);
  keys_ = *std::move(keys);
  return absl::OkStatus();
}

absl::Status HubKeys::Check(std::string_view text) { return ParseKeys(text).status(); }

bool HubKeys::empty() const {
  const std::lock_guard lock(mutex_);
  return keys_.empty();
}

std::string HubKeys::Make(HubTokenClaims claims, UnixMillis now) const {
  const std::lock_guard lock(mutex_);
  if (keys_.empty()) return {};
  const std::string nonce = MakeNonce();
  claims.nonce = nonce;
  claims.expiry = now + kLifetimeMs;
  return MakeHubToken(claims, keys_.front());
}

std::optional<Reason> HubKeys::Refusal(const HubToken& token, const Expected& expected,
                                       UnixMillis now) {
  const std::lock_guard lock(mutex_);
  bool signed_by_us = false;
  for (const std::string& key : keys_) {
    signed_by_us |= EqualInConstantTime(token.mac, HexOf(MacOf(token.claims, key)));
  }
  if (!signed_by_us) return Reason::kHubTokenBadSignature;
  // One that claims to live longer than any is made to would have to be remembered as long.
  if (now >= token.expiry + kToleranceMs || token.expiry > now + kLifetimeMs + kToleranceMs) {
    return Reason::kHubTokenExpired;
  }
  if (token.hub != expected.hub || token.network != HexOf(DigestOf(expected.network))) {
    return Reason::kHubTokenOtherHub;
  }
  if (!token.addressee.empty() && !expected.is_addressee) {
    return Reason::kHubTokenOtherHub;
  }
  if (token.expiry - kLifetimeMs < started_) return Reason::kHubTokenBeforeStart;
  if (!RememberLocked(token.nonce, token.expiry + kToleranceMs, now)) {
    return Reason::kHubTokenReplayed;
  }
  return std::nullopt;
}

bool HubKeys::RememberLocked(std::string_view nonce, UnixMillis until, UnixMillis now) {
  if (seen_.size() >= kMostRemembered) {
    absl::erase_if(seen_, [&](const auto& one) { return one.second <= now; });
    if (seen_.size() >= kMostRemembered) return false;
  }
  return seen_.emplace(std::string(nonce), until).second;
}

}  // namespace pigeonhub::auth
