// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "pigeonhub/ban.h"
#include "pigeonhub/token_claims.h"
#include "server/base/address.h"
#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

// Somebody whom a ban may hit. A view.
struct Bannable {
  const PeerId* id = nullptr;           // null: not known
  const TokenClaims* claims = nullptr;  // null: without a token
  std::string_view address;
};

using SharedBan = std::shared_ptr<const BanRecord>;

// What has one place in the list: a ban and a revocation of one subject do not take each other's.
struct BanPlace {
  BanTarget target;
  bool revokes = false;

  friend bool operator==(const BanPlace&, const BanPlace&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const BanPlace& place) {
    return H::combine(std::move(h), place.target, place.revokes);
  }
};

BanPlace PlaceOf(const BanRecord& ban);

// Bans on networks of addresses. An address is looked up once for each length of prefix that some
// ban has: in most lists one or two, whatever the number of bans.
class AddressBans {
 public:
  void Set(const AddressNetwork& network, const BanRecord* ban);
  void Remove(const AddressNetwork& network);
  // Of several the one with the longest prefix; null if there is none.
  const BanRecord* Find(std::string_view address) const;

 private:
  using ByBytes = absl::flat_hash_map<std::string, const BanRecord*>;
  std::map<unsigned, ByBytes, std::greater<>> by_bits_;
};

// The bans that this hub knows, also those that were lifted and still have to be remembered.
class BanList {
 public:
  struct Limits {
    size_t bans = 100'000;
    size_t bytes = size_t{64} << 20;
    // Of them, those that other hubs told: one of them, and all. So no hub of a mesh can take the
    // place that the operator of this one needs.
    size_t of_one_hub = 50'000;
    size_t of_other_hubs = 90'000;
  };

  BanList() : BanList(Limits()) {}
  explicit BanList(const Limits& limits) : limits_(limits) {}

  enum class Put {
    kTaken,
    kKnown,  // it changes nothing: this one is known, or a later one
    kFull,
  };
  // The hub that told of it; empty if it was ordered here.
  using Teller = std::optional<PeerId>;
  // The record gets its order here.
  Put Add(BanRecord ban, const Teller& teller);
  bool HasRoomFor(const BanRecord& ban, const Teller& teller) const;
  static size_t SizeOf(const BanRecord& ban);

  // Also one that was lifted; null if there is none.
  const BanRecord* Find(const BanPlace& place) const;
  // A ban, a revocation, or both.
  std::vector<SharedBan> InForceOn(const BanTarget& target) const;
  // The ban that the order, whose target is normal, makes at that time, if it is known whose order
  // it is: later than all that is known of its target, also where the clock of another hub runs
  // ahead.
  BanRecord NewBan(const BanOrder& order, UnixMillis now) const;
  // What is in its place once the ban was added.
  BanRecord WithAdded(const BanRecord& ban) const;
  // For a change of what is known of the target.
  UnixMillis NextChangeOf(const BanTarget& target, UnixMillis now) const;
  // The ban that hits them; null if none does.
  const BanRecord* Hitting(const Bannable& who) const;

  // Ends what ends by then. True if something did.
  bool Expire(UnixMillis now);
  // When Expire has something to do next.
  std::optional<UnixMillis> NextEnd() const;

  struct Entry {
    SharedBan ban;
    Teller teller;
  };
  // The first that became known after that one, also if lifted; null if there is none.
  const Entry* After(uint64_t order) const;
  uint64_t last_order() const { return last_order_; }
  // At most `limit` that hit somebody, from those that became known after that one.
  std::vector<BanRecord> ListAfter(uint64_t order, size_t limit) const;
  // Also those that were lifted.
  std::vector<BanRecord> RememberedAfter(uint64_t order, size_t limit) const;

  // Those that may hit somebody.
  size_t size() const { return bans_; }
  bool empty() const { return entries_.empty(); }
  // All, also those that were lifted, and the memory that they take.
  size_t remembered() const { return entries_.size(); }
  size_t bytes() const { return bytes_; }
  // The same for two lists that are the same, whatever the order. At most mesh::kMostNumber.
  uint64_t digest() const { return digest_; }

 private:
  // What is counted of an entry.
  void Note(const Entry& entry, bool added);
  void Index(const BanRecord& ban);
  void Unindex(const BanRecord& ban);
  void Remove(const BanPlace& place);
  const Entry* FindEntry(const BanPlace& place) const;
  const BanRecord* FindInForce(const BanPlace& place) const;
  const BanRecord* HittingToken(const TokenClaims& claims) const;

  const Limits limits_;
  absl::flat_hash_map<BanPlace, std::unique_ptr<Entry>> entries_;
  absl::btree_map<uint64_t, Entry*> by_order_;
  absl::btree_set<std::pair<UnixMillis, uint64_t>> ends_;  // with the order
  AddressBans addresses_;
  std::map<PeerId, size_t> told_;  // by other hubs
  size_t told_in_all_ = 0;
  uint64_t last_order_ = 0;
  size_t bans_ = 0;
  size_t bytes_ = 0;
  uint64_t digest_ = 0;
};

}  // namespace pigeonhub
