// SPDX-License-Identifier: Apache-2.0

#include "server/core/access/bans.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/core/access/ban_rules.h"

namespace pigeonhub {
namespace {

constexpr Duration kBetweenSweeps = std::chrono::milliseconds(50);

}  // namespace

bool Bans::IsHub(const PeerId& id) const {
  if (id == self_.id() || guard_.IsHubId(id) || quarantined_.Contains(id)) return true;
  const Peer* peer = peers_.Find(id);
  return map_.others().contains(id) || (peer != nullptr && guard_.IsHub(*peer));
}

absl::Status Bans::Check(const Ban& command) const {
  const absl::StatusOr<BanOrder> order = NormalOrder(command.order);
  if (!order.ok()) return order.status();
  const auto id = PeerId::Parse(order->target.value);
  if (order->target.kind == BanTarget::Kind::kPeer && IsHub(*id)) {
    return absl::FailedPreconditionError(
        absl::StrCat(order->target.value, " is a hub; bans hit peers, and hubs are quarantined"));
  }
  if (!list_.HasRoomFor(BanOf(*order), std::nullopt)) {
    return absl::ResourceExhaustedError(
        "the list of bans is full; take some off it, or ban a network in the place of addresses");
  }
  return absl::OkStatus();
}

absl::Status Bans::Check(const Unban& command) const {
  const absl::StatusOr<BanTarget> target = NormalTarget(command.target);
  if (!target.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("the target ", target.status().message()));
  }
  if (list_.InForceOn(*target).empty()) {
    return absl::NotFoundError(absl::StrCat("no ban on ", target->value));
  }
  return absl::OkStatus();
}

absl::Status Bans::Check(const RestoreBans&) { return absl::OkStatus(); }

void Bans::Apply(Turn& turn, const Ban& command) {
  const BanOrder order = *NormalOrder(command.order);
  BanRecord ban = list_.NewBan(order, turn.now.unix_ms);
  ban.hub = self_.id();
  const std::vector<PeerId> hit = guard_.WhoIsHitBy(order);
  (void)list_.Add(std::move(ban), std::nullopt);
  OnChange(turn);
  for (const PeerId& id : hit) {
    // A newcomer with the same id may have taken the place of the one before.
    if (Peer* peer = peers_.Find(id)) End(turn, *peer, order.keep_channels);
  }
}

void Bans::Apply(Turn& turn, const Unban& command) {
  const BanTarget target = *NormalTarget(command.target);
  for (const SharedBan& known : list_.InForceOn(target)) {
    Lift(turn, *known);
  }
  OnChange(turn);
}

void Bans::Lift(const Turn& turn, const BanRecord& ban) {
  BanRecord lifted = ban;
  lifted.made_at = list_.NextChangeOf(ban.target, turn.now.unix_ms);
  lifted.hub = self_.id();
  lifted.lifted = true;
  (void)list_.Add(std::move(lifted), std::nullopt);
}

void Bans::LiftThoseOf(Turn& turn, const PeerId& hub) {
  std::vector<SharedBan> made;
  uint64_t order = 0;
  while (const BanList::Entry* entry = list_.After(order)) {
    order = entry->ban->order;
    if (!entry->ban->lifted && entry->ban->hub == hub) made.push_back(entry->ban);
  }
  if (made.empty()) return;
  for (const SharedBan& ban : made) Lift(turn, *ban);
  OnChange(turn);
}

void Bans::Apply(Turn& turn, const RestoreBans& command) {
  for (BanRecord ban : command.bans) {
    if (ban.made_at == 0) {
      ban.made_at = turn.now.unix_ms;
      ban.hub = self_.id();
    }
    // The clock may have been set since.
    ban.remembered_until = std::min(ban.remembered_until, turn.now.unix_ms + kLongestBanMs);
    ban.ends_at = std::min(ban.ends_at, ban.remembered_until);
    if (IsPlausible(ban, turn.now.unix_ms)) (void)list_.Add(std::move(ban), std::nullopt);
  }
  list_.Expire(turn.now.unix_ms);
  OnChange(turn);
  Sweep(turn);
}

BanList::Put Bans::Learn(Turn& turn, const mesh::BanTold& told, const PeerId& teller) {
  const auto in = [&](uint64_t left_ms) {
    return turn.now.unix_ms + static_cast<UnixMillis>(std::min(left_ms, mesh::kMostNumber));
  };
  if (told.remembered_ms == 0) return BanList::Put::kKnown;
  // By way of a hub that goes on with it.
  if (quarantined_.Contains(told.ban->hub)) return BanList::Put::kKnown;
  BanRecord ban = *told.ban;
  ban.ends_at = in(told.left_ms);
  ban.remembered_until = in(told.remembered_ms);
  if (!IsPlausible(ban, turn.now.unix_ms)) return BanList::Put::kFull;
  const bool hits = !ban.lifted;
  const BanList::Put put = list_.Add(std::move(ban), teller);
  if (put != BanList::Put::kTaken) return put;
  OnChange(turn);
  if (hits && !sweep_at_.has_value()) sweep_at_ = turn.now.steady + kBetweenSweeps;
  return put;
}

void Bans::Sweep(Turn& turn) {
  sweep_at_.reset();
  std::vector<std::pair<PeerId, bool>> hit;
  for (const auto& [order, peer] : peers_.in_order()) {
    if (const BanRecord* ban = guard_.Hitting(*peer))
      hit.emplace_back(peer->id, ban->keep_channels);
  }
  for (const auto& [id, keep_channels] : hit) {
    if (Peer* peer = peers_.Find(id)) End(turn, *peer, keep_channels);
  }
}

void Bans::End(Turn& turn, Peer& peer, bool keep_channels) {
  // Clients close their data channels to a peer whose goodbye they hear.
  const RawJson goodbye;
  turn.Close(peer.connection, Reason::kBanned);
  contested_.End(turn, peer,
                 {Reason::kBanned,
                  CloseFrameFor(Reason::kBanned).code,
                  {},
                  keep_channels ? nullptr : &goodbye});
}

void Bans::OnChange(Turn& turn) {
  turn.effects.push_back(SaveBans{});
  const std::optional<UnixMillis> end = list_.NextEnd();
  expire_at_.reset();
  if (!end.has_value()) return;
  const auto left = std::chrono::milliseconds(std::max<UnixMillis>(*end - turn.now.unix_ms, 0));
  expire_at_ = turn.now.steady + left;
}

void Bans::OnTick(Turn& turn) {
  if (expire_at_.has_value() && *expire_at_ <= turn.now.steady) {
    list_.Expire(turn.now.unix_ms);
    OnChange(turn);
  }
  if (sweep_at_.has_value() && *sweep_at_ <= turn.now.steady) Sweep(turn);
}

}  // namespace pigeonhub
