// SPDX-License-Identifier: Apache-2.0

#include "server/core/access/ban_list.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/core/access/ban_rules.h"

namespace pigeonhub {
namespace {

// What an entry costs beside its text: itself, and its places in the tables.
constexpr size_t kBareBan = 480;

// Which ban it is, and which change of it, as a number below 2^53. All hubs of a mesh have to agree
// on it, so it is no hash of the process. Older hubs know no more than the first part, and agree
// where there is no more.
uint64_t MarkOf(const BanRecord& ban) {
  std::string text = absl::StrCat(static_cast<int>(ban.target.kind), " ", ban.made_at, " ",
                                  std::string(ban.hub.text()), " ", ban.target.value);
  if (ban.issued_before != 0) absl::StrAppend(&text, "\nbefore ", ban.issued_before);
  if (!ban.target.issuer.empty()) absl::StrAppend(&text, "\nof ", ban.target.issuer);
  const Digest digest = DigestOf(text);
  uint64_t mark = 0;
  for (size_t i = 0; i < 7; ++i) mark = mark << 8 | digest[i];
  return mark >> 3;
}

// The next time at which something is to be done about it.
UnixMillis NextStepOf(const BanRecord& ban) {
  return ban.lifted ? ban.remembered_until : ban.ends_at;
}

}  // namespace

BanPlace PlaceOf(const BanRecord& ban) { return {ban.target, ban.issued_before != 0}; }

void AddressBans::Set(const AddressNetwork& network, const BanRecord* ban) {
  by_bits_[network.bits()][network.bytes()] = ban;
}

void AddressBans::Remove(const AddressNetwork& network) {
  const auto found = by_bits_.find(network.bits());
  if (found == by_bits_.end()) return;
  found->second.erase(network.bytes());
  if (found->second.empty()) by_bits_.erase(found);
}

const BanRecord* AddressBans::Find(std::string_view address) const {
  if (by_bits_.empty()) return nullptr;
  const auto whole = AddressNetwork::ParseAddressOrNetwork(address);
  if (!whole.has_value()) return nullptr;
  for (const auto& [bits, bans] : by_bits_) {
    if (bits > whole->bits()) continue;
    const auto found = bans.find(whole->Widened(bits).bytes());
    if (found != bans.end()) return found->second;
  }
  return nullptr;
}

size_t BanList::SizeOf(const BanRecord& ban) {
  return kBareBan + 2 * (ban.target.value.size() + ban.target.issuer.size()) + ban.reason.size();
}

bool BanList::HasRoomFor(const BanRecord& ban, const Teller& teller) const {
  const Entry* known = FindEntry(PlaceOf(ban));
  const size_t freed = known == nullptr ? 0 : SizeOf(*known->ban);
  if (entries_.size() + (known == nullptr ? 1 : 0) > limits_.bans) return false;
  if (bytes_ - freed + SizeOf(ban) > limits_.bytes) return false;
  if (!teller.has_value()) return true;
  const bool was_told = known != nullptr && known->teller.has_value();
  if (told_in_all_ + (was_told ? 0 : 1) > limits_.of_other_hubs) return false;
  const bool same_teller = was_told && known->teller == teller;
  const auto told = told_.find(*teller);
  return (told == told_.end() ? 0 : told->second) + (same_teller ? 0 : 1) <= limits_.of_one_hub;
}

BanList::Put BanList::Add(BanRecord ban, const Teller& told_by) {
  const BanPlace place = PlaceOf(ban);
  Teller teller = told_by;
  if (const Entry* known = FindEntry(place)) {
    const bool is_later = IsLater(ban, *known->ban);
    std::optional<BanRecord> merged = Merged(*known->ban, std::move(ban));
    if (!merged.has_value()) return Put::kKnown;
    ban = *std::move(merged);
    if (!is_later) teller = known->teller;
  }
  if (!HasRoomFor(ban, teller)) return Put::kFull;
  Remove(place);
  ban.order = ++last_order_;
  auto entry = std::make_unique<Entry>();
  entry->teller = teller;
  entry->ban = std::make_shared<const BanRecord>(std::move(ban));
  Note(*entry, /*added=*/true);
  by_order_[entry->ban->order] = entry.get();
  Index(*entry->ban);
  entries_[place] = std::move(entry);
  return Put::kTaken;
}

BanRecord BanList::WithAdded(const BanRecord& ban) const {
  const BanRecord* known = Find(PlaceOf(ban));
  return known == nullptr ? ban : Merged(*known, ban).value_or(*known);
}

void BanList::Note(const Entry& entry, bool added) {
  const BanRecord& ban = *entry.ban;
  digest_ ^= MarkOf(ban);
  bytes_ += added ? SizeOf(ban) : -SizeOf(ban);
  if (!ban.lifted) bans_ += added ? 1 : -1;
  if (!entry.teller.has_value()) return;
  told_in_all_ += added ? 1 : -1;
  size_t& told = told_[*entry.teller];
  told += added ? 1 : -1;
  if (told == 0) told_.erase(*entry.teller);
}

void BanList::Index(const BanRecord& ban) {
  ends_.insert({NextStepOf(ban), ban.order});
  if (ban.target.kind == BanTarget::Kind::kAddress && !ban.lifted) {
    addresses_.Set(*AddressNetwork::ParseAddressOrNetwork(ban.target.value), &ban);
  }
}

void BanList::Unindex(const BanRecord& ban) {
  ends_.erase({NextStepOf(ban), ban.order});
  if (ban.target.kind == BanTarget::Kind::kAddress) {
    addresses_.Remove(*AddressNetwork::ParseAddressOrNetwork(ban.target.value));
  }
}

void BanList::Remove(const BanPlace& place) {
  const auto found = entries_.find(place);
  if (found == entries_.end()) return;
  const Entry& entry = *found->second;
  Note(entry, /*added=*/false);
  Unindex(*entry.ban);
  by_order_.erase(entry.ban->order);
  entries_.erase(found);
}

const BanList::Entry* BanList::FindEntry(const BanPlace& place) const {
  const auto found = entries_.find(place);
  return found == entries_.end() ? nullptr : found->second.get();
}

const BanRecord* BanList::Find(const BanPlace& place) const {
  const Entry* entry = FindEntry(place);
  return entry == nullptr ? nullptr : entry->ban.get();
}

const BanRecord* BanList::FindInForce(const BanPlace& place) const {
  const BanRecord* ban = Find(place);
  return ban == nullptr || ban->lifted ? nullptr : ban;
}

std::vector<SharedBan> BanList::InForceOn(const BanTarget& target) const {
  std::vector<SharedBan> found;
  for (const bool revokes : {false, true}) {
    const Entry* entry = FindEntry({target, revokes});
    if (entry != nullptr && !entry->ban->lifted) found.push_back(entry->ban);
  }
  return found;
}

UnixMillis BanList::NextChangeOf(const BanTarget& target, UnixMillis now) const {
  // Of both places: older hubs know one, and the later word counts there.
  for (const bool revokes : {false, true}) {
    const BanRecord* known = Find({target, revokes});
    if (known != nullptr) now = std::max(now, known->made_at + 1);
  }
  return now;
}

BanRecord BanList::NewBan(const BanOrder& order, UnixMillis now) const {
  BanRecord ban = BanOf(order);
  ban.made_at = NextChangeOf(order.target, now);
  ban.ends_at = ban.remembered_until =
      now + std::chrono::ceil<std::chrono::milliseconds>(order.duration).count();
  return ban;
}

const BanRecord* BanList::HittingToken(const TokenClaims& claims) const {
  using Kind = BanTarget::Kind;
  // Last what another token would do for: a newcomer is told if it would.
  struct Look {
    Kind kind;
    bool revokes;
  };
  constexpr std::array<Look, 3> kLooks = {
      {{Kind::kSubject, false}, {Kind::kTokenId, false}, {Kind::kSubject, true}}};
  for (const auto& [kind, revokes] : kLooks) {
    BanPlace place{{kind, kind == Kind::kSubject ? claims.subject : claims.token_id}, revokes};
    if (place.target.value.empty()) continue;
    const auto hits = [&](const BanRecord* ban) {
      return ban != nullptr && (!revokes || claims.issued_at < ban->issued_before);
    };
    if (const BanRecord* ban = FindInForce(place); hits(ban)) return ban;
    if (claims.issuer.empty()) continue;
    place.target.issuer = claims.issuer;
    if (const BanRecord* ban = FindInForce(place); hits(ban)) return ban;
  }
  return nullptr;
}

const BanRecord* BanList::Hitting(const Bannable& who) const {
  if (bans_ == 0) return nullptr;
  if (who.id != nullptr) {
    const BanTarget peer{BanTarget::Kind::kPeer, std::string(who.id->text())};
    if (const BanRecord* ban = FindInForce({peer})) return ban;
  }
  if (who.claims != nullptr) {
    if (const BanRecord* ban = HittingToken(*who.claims)) return ban;
  }
  return addresses_.Find(who.address);
}

bool BanList::Expire(UnixMillis now) {
  bool changed = false;
  while (!ends_.empty() && ends_.begin()->first <= now) {
    Entry& entry = *by_order_.at(ends_.begin()->second);
    const SharedBan ban = entry.ban;
    changed = true;
    if (ban->lifted || ban->remembered_until <= now) {
      Remove(PlaceOf(*ban));
      continue;
    }
    Note(entry, /*added=*/false);
    Unindex(*ban);
    auto lifted = std::make_shared<BanRecord>(*ban);
    lifted->lifted = true;
    entry.ban = std::move(lifted);
    Note(entry, /*added=*/true);
    Index(*entry.ban);
  }
  return changed;
}

std::optional<UnixMillis> BanList::NextEnd() const {
  if (ends_.empty()) return std::nullopt;
  return ends_.begin()->first;
}

const BanList::Entry* BanList::After(uint64_t order) const {
  const auto next = by_order_.upper_bound(order);
  return next == by_order_.end() ? nullptr : next->second;
}

std::vector<BanRecord> BanList::ListAfter(uint64_t order, size_t limit) const {
  std::vector<BanRecord> list;
  for (auto it = by_order_.upper_bound(order); it != by_order_.end() && list.size() < limit; ++it) {
    if (!it->second->ban->lifted) list.push_back(*it->second->ban);
  }
  return list;
}

std::vector<BanRecord> BanList::RememberedAfter(uint64_t order, size_t limit) const {
  std::vector<BanRecord> list;
  for (auto it = by_order_.upper_bound(order); it != by_order_.end() && list.size() < limit; ++it) {
    list.push_back(*it->second->ban);
  }
  return list;
}

}  // namespace pigeonhub
