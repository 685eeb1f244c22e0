// SPDX-License-Identifier: Apache-2.0
//
// What operators say of bans, in few words.
#pragma once

#include <string>
#include <utility>

#include "pigeonhub/token_claims.h"
#include "server/core/command.h"
#include "tests/support/core_text.h"

namespace pigeonhub {

using BanKind = BanTarget::Kind;

inline Ban Banning(BanKind kind, std::string value, Duration duration = std::chrono::hours(1)) {
  return {{.target = {kind, std::move(value)}, .duration = duration}};
}
inline Ban BanningPeer(char id, Duration duration = std::chrono::hours(1)) {
  return Banning(BanKind::kPeer, std::string(Id(id).text()), duration);
}
inline Ban BanningUser(std::string subject, Duration duration = std::chrono::hours(1)) {
  return Banning(BanKind::kSubject, std::move(subject), duration);
}
inline Ban Revoking(std::string subject, UnixMillis issued_before,
                    Duration duration = std::chrono::hours(1)) {
  Ban ban = BanningUser(std::move(subject), duration);
  ban.order.issued_before = issued_before;
  return ban;
}
inline Unban UnbanningUser(std::string subject) {
  return {{BanKind::kSubject, std::move(subject)}};
}
inline Unban UnbanningPeer(char id) { return {{BanKind::kPeer, std::string(Id(id).text())}}; }

// What a token says of a user.
inline TokenClaims ClaimsOf(std::string subject, UnixMillis issued_at = 0,
                            std::string token_id = {}) {
  TokenClaims claims;
  claims.subject = std::move(subject);
  claims.issued_at = issued_at;
  claims.token_id = std::move(token_id);
  return claims;
}

}  // namespace pigeonhub
