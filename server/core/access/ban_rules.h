// SPDX-License-Identifier: Apache-2.0

// What a ban must be like, whoever brings it: an operator, a file, another hub.

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonhub/ban.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

inline constexpr Duration kLongestBan = std::chrono::hours(30 * 24);
inline constexpr UnixMillis kLongestBanMs =
    std::chrono::duration_cast<std::chrono::milliseconds>(kLongestBan).count();
inline constexpr size_t kMostOfABanText = 256;  // bytes of a subject, a token id or a reason

// OK for a target without an issuer. INVALID_ARGUMENT with what is wrong with the one it has, in
// words that follow its name.
absl::Status CheckIssuer(const BanTarget& target);

// The same target in the spelling that all hubs use: 192.0.2.7/24 is 192.0.2.0/24. A network has a
// prefix of at least 8 bits, of IPv6 16. INVALID_ARGUMENT
// with what is wrong with it, in words that follow its name: "is not 40 hexadecimal digits".
absl::StatusOr<BanTarget> NormalTarget(const BanTarget& target);

// What is wrong with an order whose target is normal, as a whole sentence; OK if nothing is.
absl::Status CheckOrder(const BanOrder& order);

// The order with its normal target; or what is wrong with it, as CheckOrder says it.
absl::StatusOr<BanOrder> NormalOrder(BanOrder order);
// What it says, with no times yet.
BanRecord BanOf(BanOrder order);

// Whether its made_at can be, by a clock that may be a day apart from ours.
bool IsOfThisTime(const BanRecord& ban, UnixMillis now);

// Whether another hub, or a file, may say this at that time. The clocks of two hubs may be a day
// apart: a ban of a farther future could be lifted by nobody.
bool IsPlausible(const BanRecord& ban, UnixMillis now);

// Of two bans on the same target: whether the first one is the later one.
bool IsLater(const BanRecord& a, const BanRecord& b);

// What a hub that knows the one, and hears the other of the same place in the list, knows then;
// nothing if that is what it knew. Two bans: the later one. Two revocations: both, so that no order
// revokes less than one before it, whatever of them a hub hears first; but not what was lifted in
// between.
std::optional<BanRecord> Merged(const BanRecord& known, BanRecord heard);

// What a newcomer is told whom the ban hits: kBanned, or kTokenRevoked if another token would do.
Reason RefusalFor(const BanRecord& ban);

}  // namespace pigeonhub
