// SPDX-License-Identifier: Apache-2.0

#include "server/core/access/ban_rules.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "server/base/address.h"
#include "server/base/text.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"peer", "subject", "token_id", "address"};

constexpr UnixMillis kDayMs = 24 * 3'600'000;
// What travels is how long a ban has left. So hubs hear of one end a little earlier or later.
constexpr UnixMillis kSameEndMs = 60'000;

// A few bans of wider networks would hit everybody.
unsigned WidestPrefix(const AddressNetwork& network) {
  return network.bytes().size() == 4 ? 8 : 16;
}

}  // namespace

std::string_view BanKindName(BanTarget::Kind kind) { return kKinds[static_cast<size_t>(kind)]; }

std::optional<BanTarget::Kind> FindBanKind(std::string_view name) {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] == name) return static_cast<BanTarget::Kind>(i);
  }
  return std::nullopt;
}

absl::Status CheckIssuer(const BanTarget& target) {
  if (target.issuer.empty()) return absl::OkStatus();
  if (target.kind != BanTarget::Kind::kSubject && target.kind != BanTarget::Kind::kTokenId) {
    return absl::InvalidArgumentError("is for a subject or a token id alone");
  }
  if (IsPlainName(target.issuer, kMostOfABanText)) return absl::OkStatus();
  return absl::InvalidArgumentError("is not text of at most 256 bytes");
}

absl::StatusOr<BanTarget> NormalTarget(const BanTarget& target) {
  if (const absl::Status issuer = CheckIssuer(target); !issuer.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("has an issuer that ", issuer.message()));
  }
  switch (target.kind) {
    case BanTarget::Kind::kPeer:
      if (PeerId::Parse(target.value).has_value()) return target;
      return absl::InvalidArgumentError(
          "is not 40 hexadecimal digits; give the whole id, as lists show it");
    case BanTarget::Kind::kSubject:
    case BanTarget::Kind::kTokenId:
      if (IsPlainName(target.value, kMostOfABanText)) return target;
      return absl::InvalidArgumentError("is not text of 1 to 256 bytes");
    case BanTarget::Kind::kAddress: {
      const auto network = AddressNetwork::ParseAddressOrNetwork(target.value);
      if (!network.has_value()) {
        return absl::InvalidArgumentError(
            "is neither an address in numbers nor a network such as 192.0.2.0/24");
      }
      if (network->bits() < WidestPrefix(*network)) {
        return absl::InvalidArgumentError(
            "is a wider network than a /8 of IPv4 or a /16 of IPv6; ban smaller ones, or drain or "
            "stop the hub");
      }
      return BanTarget{target.kind, network->text()};
    }
  }
  return absl::InvalidArgumentError("is of a kind that this hub does not know");
}

absl::Status CheckOrder(const BanOrder& order) {
  if (order.duration < std::chrono::milliseconds(1) || order.duration > kLongestBan) {
    return absl::OutOfRangeError("a ban lasts more than nothing and at most 30 days");
  }
  if (!order.reason.empty() && !IsPlainName(order.reason, kMostOfABanText)) {
    return absl::InvalidArgumentError("the reason is not text of at most 256 bytes");
  }
  if (order.issued_before != 0 && order.target.kind != BanTarget::Kind::kSubject) {
    return absl::InvalidArgumentError("issued before a time are only the tokens of a subject");
  }
  return absl::OkStatus();
}

absl::StatusOr<BanOrder> NormalOrder(BanOrder order) {
  absl::StatusOr<BanTarget> target = NormalTarget(order.target);
  if (!target.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("what is to be banned ", target.status().message()));
  }
  order.target = *std::move(target);
  if (absl::Status status = CheckOrder(order); !status.ok()) return status;
  return order;
}

BanRecord BanOf(BanOrder order) {
  BanRecord ban;
  ban.target = std::move(order.target);
  ban.issued_before = order.issued_before;
  ban.keep_channels = order.keep_channels;
  ban.reason = std::move(order.reason);
  return ban;
}

bool IsOfThisTime(const BanRecord& ban, UnixMillis now) {
  return ban.made_at > 0 && ban.made_at <= now + kDayMs;
}

bool IsPlausible(const BanRecord& ban, UnixMillis now) {
  const auto normal = NormalTarget(ban.target);
  if (!normal.ok() || *normal != ban.target) return false;
  if (!ban.reason.empty() && !IsPlainName(ban.reason, kMostOfABanText)) return false;
  if (ban.issued_before < 0 || ban.issued_before > static_cast<UnixMillis>(mesh::kMostNumber) ||
      (ban.issued_before != 0 && ban.target.kind != BanTarget::Kind::kSubject)) {
    return false;
  }
  if (ban.lifted_before < 0 || ban.lifted_before > ban.made_at) return false;
  return IsOfThisTime(ban, now) && ban.ends_at > 0 && ban.remembered_until >= ban.ends_at &&
         ban.remembered_until <= now + kLongestBanMs;
}

bool IsLater(const BanRecord& a, const BanRecord& b) {
  return std::tie(a.made_at, a.hub) > std::tie(b.made_at, b.hub);
}

std::optional<BanRecord> Merged(const BanRecord& known, BanRecord heard) {
  const bool is_later = IsLater(heard, known);
  if (known.issued_before == 0 && !is_later) return std::nullopt;
  BanRecord merged = is_later ? std::move(heard) : known;
  const BanRecord& other = is_later ? known : heard;
  merged.remembered_until = std::max(merged.remembered_until, known.remembered_until);
  if (known.issued_before == 0) return merged;

  const bool is_void = other.lifted || other.made_at <= merged.lifted_before;
  merged.lifted_before = std::max(merged.lifted_before, other.lifted_before);
  if (other.lifted && other.made_at < merged.made_at) {
    merged.lifted_before = std::max(merged.lifted_before, other.made_at);
  }
  if (!merged.lifted && !is_void) {
    merged.issued_before = std::max(merged.issued_before, other.issued_before);
    if (is_later || other.ends_at > merged.ends_at + kSameEndMs) {
      merged.ends_at = std::max(merged.ends_at, other.ends_at);
    }
    merged.remembered_until = std::max(merged.remembered_until, merged.ends_at);
  }
  const bool is_same = merged.issued_before == known.issued_before &&
                       merged.ends_at == known.ends_at &&
                       merged.lifted_before == known.lifted_before;
  if (!is_later && is_same) return std::nullopt;
  return merged;
}

Reason RefusalFor(const BanRecord& ban) {
  const bool revokes = ban.target.kind == BanTarget::Kind::kTokenId || ban.issued_before != 0;
  return revokes ? Reason::kTokenRevoked : Reason::kBanned;
}

}  // namespace pigeonhub
