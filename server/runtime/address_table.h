// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pigeonhub/defaults.h"
#include "pigeonhub/rate.h"
#include "pigeonhub/running_limits.h"
#include "server/base/address.h"
#include "server/core/bucket.h"
#include "server/core/reason.h"
#include "server/core/time.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

class AddressLease;

// What each address has of this hub: its connections, its handshakes that are not finished, and
// what is left of its rates. IPv6 addresses count by network (AddressGroup).
//
// Thread-safe. It is asked when a connection comes, opens and goes, and never for a message. An
// address without connections is forgotten when its buckets are full, or when there are too many.
class AddressTable {
 public:
  // So few connections always find the last places of the hub.
  static constexpr size_t kFew = 20;
  // Handshakes that an address may have under way. More than a herd has that comes back through one
  // proxy, as each takes a few milliseconds if the client does its part.
  static constexpr size_t kMaxHandshakes = 256;
  // Addresses without connections that are remembered; some 7 MiB.
  static constexpr size_t kMostIdle = size_t{64} * 1024;

  struct Rules {
    // Empty: the default, which does not hold for loopback addresses.
    std::optional<Rate> address_rate{};
    std::optional<Rate> auth_failure_rate{};
    unsigned ipv6_prefix = kDefaultIpv6Prefix;
    size_t max_connections = kDefaultMaxConnections;
    size_t max_handshakes = kMaxHandshakes;
  };
  explicit AddressTable(const Rules& rules);

  // The rates and the number of places from now on.
  void SetLimits(const RunningLimits& limits) ABSL_LOCKS_EXCLUDED(mutex_);

  // A socket of this address was accepted. It counts until the lease ends.
  AddressLease Seat(std::string_view address);

  // Why an address may not open one more connection now.
  struct Refusal {
    Reason reason = Reason::kAddressRate;
    Duration retry_after{};
  };

  // Forgets addresses without connections whose buckets are full, of one part of the table after
  // the other. Call it once a second.
  void Compact(SteadyTime now);

  struct Row {
    std::string address;
    size_t connections = 0;
    size_t handshakes = 0;
    uint64_t joins = 0;     // connections that were opened since the address is known
    uint64_t refusals = 0;  // that Admit said no to, since then
  };
  // Every address that is known, in no order.
  std::vector<Row> All() const;
  // Those with the most open connections, the largest first.
  std::vector<Row> Busiest(size_t most) const;

  // The address that has more than 80 % of at least 50 open connections, if one has.
  std::optional<Row> NearlyEverybody() const;

  struct Levels {
    size_t addresses = 0;
    size_t bytes = 0;        // of the table
    size_t connections = 0;  // open
    size_t handshakes = 0;   // not finished
    uint64_t forgotten = 0;  // before their buckets were full, because there were too many
  };
  Levels levels() const;

 private:
  friend class AddressLease;

  struct Address {
    uint32_t open = 0;
    uint32_t handshakes = 0;
    uint32_t joins = 0;
    uint32_t refusals = 0;
    Bucket arrivals;
    Bucket failures;
    bool is_idle() const { return open == 0 && handshakes == 0; }
  };
  static constexpr size_t kShards = 16;
  struct Shard {
    mutable Mutex mutex;
    absl::flat_hash_map<AddressGroup, Address> addresses ABSL_GUARDED_BY(mutex);
    size_t sweep_at ABSL_GUARDED_BY(mutex) = kMostIdle / kShards;
  };
  // A rate as it holds for others and at loopback.
  struct Paces {
    Pace usual;
    Pace at_loopback;
    const Pace& For(bool is_loopback) const { return is_loopback ? at_loopback : usual; }
  };

  // Calls `change` with the row of an address that somebody holds a lease of.
  auto With(const AddressGroup& group, auto change) {
    Shard& shard = ShardOf(group);
    MutexLock lock(shard.mutex);
    return change(shard.addresses[group]);
  }
  Shard& ShardOf(const AddressGroup& group);
  // Returns whether the address has more handshakes under way than it may.
  bool Begin(const AddressGroup& group);
  std::optional<Refusal> Admit(const AddressGroup& group, bool is_loopback, SteadyTime now);
  std::optional<Refusal> RefusalOfTokens(const AddressGroup& group, bool is_loopback,
                                         SteadyTime now);
  // Says no if too many tokens of the address failed, and counts that.
  static std::optional<Refusal> TooManyFailed(Address& address, const Pace& failures,
                                              SteadyTime now);

  // What may change while the table is in use.
  struct Limits {
    Paces arrivals;
    Paces failures;
    size_t free_for_all = 0;  // places that nothing is asked for
  };
  static Limits LimitsOf(const std::optional<Rate>& address_rate,
                         const std::optional<Rate>& auth_failure_rate, size_t max_connections);
  Limits limits() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return limits_;
  }

  mutable Mutex mutex_;
  Limits limits_ ABSL_GUARDED_BY(mutex_);
  const unsigned ipv6_prefix_;
  const size_t max_handshakes_;
  std::array<Shard, kShards> shards_;
  std::atomic<size_t> next_to_compact_{0};
  std::atomic<size_t> open_{0};
  std::atomic<size_t> handshakes_{0};
  std::atomic<uint64_t> forgotten_{0};
};

// One connection's place in the table: it counts for its address as long as this lives, from the
// accepted socket on. So whatever becomes of the connection, the count comes back. An empty lease
// counts for nobody. The table outlives it. Used by one thread at a time.
class AddressLease {
 public:
  AddressLease() = default;
  AddressLease(AddressLease&& other) noexcept { *this = std::move(other); }
  AddressLease& operator=(AddressLease&& other) noexcept;
  ~AddressLease() { End(); }

  // It turned out whose connection it is: it counts for that address from now on.
  void Reseat(std::string_view address);
  // Whether the address has more handshakes under way than it may, this one among them.
  bool is_crowded() const { return is_crowded_; }

  // Before the handshake is answered: counts a new connection of the address, or says why it may
  // not have one.
  std::optional<AddressTable::Refusal> Admit(SteadyTime now);
  // Before a token is looked at that is not for a connection: says why none of the address is, as
  // too many failed. Admit asks that, too.
  std::optional<AddressTable::Refusal> RefusalOfTokens(SteadyTime now);
  // The address showed a token that is worth nothing.
  void NoteAuthFailure(SteadyTime now);
  // The handshake is finished.
  void Open();

 private:
  friend class AddressTable;
  AddressLease(AddressTable& table, std::string_view address) : table_(&table) { Begin(address); }

  void Begin(std::string_view address);
  void End();

  AddressTable* table_ = nullptr;
  AddressGroup group_;
  bool is_loopback_ = false;
  bool is_open_ = false;
  bool is_crowded_ = false;
};

}  // namespace pigeonhub
