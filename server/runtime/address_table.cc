// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/address_table.h"

#include <algorithm>
#include <chrono>

#include "absl/hash/hash.h"

namespace pigeonhub {
namespace {

// When the hub is full somebody has to go first.
constexpr Duration kRetryWhenFull = std::chrono::seconds(5);

}  // namespace

AddressTable::AddressTable(const Rules& rules)
    : limits_(LimitsOf(rules.address_rate, rules.auth_failure_rate, rules.max_connections)),
      ipv6_prefix_(rules.ipv6_prefix),
      max_handshakes_(rules.max_handshakes) {}

AddressTable::Limits AddressTable::LimitsOf(const std::optional<Rate>& address_rate,
                                            const std::optional<Rate>& auth_failure_rate,
                                            size_t max_connections) {
  return {.arrivals = {Pace(address_rate.value_or(kDefaultAddressRate)),
                       Pace(address_rate.value_or(Rate{}))},
          .failures = {Pace(auth_failure_rate.value_or(kDefaultAuthFailureRate)),
                       Pace(auth_failure_rate.value_or(Rate{}))},
          .free_for_all = max_connections - max_connections / 10};
}

void AddressTable::SetLimits(const RunningLimits& limits) {
  const Limits changed =
      LimitsOf(limits.address_rate, limits.auth_failure_rate, limits.max_connections);
  MutexLock lock(mutex_);
  limits_ = changed;
}

AddressLease AddressTable::Seat(std::string_view address) { return AddressLease(*this, address); }

AddressTable::Shard& AddressTable::ShardOf(const AddressGroup& group) {
  // The table of a shard uses the low bits.
  return shards_[absl::HashOf(group) >> 32 & (kShards - 1)];
}

bool AddressTable::Begin(const AddressGroup& group) {
  handshakes_.fetch_add(1, std::memory_order_relaxed);
  Shard& shard = ShardOf(group);
  MutexLock lock(shard.mutex);
  if (shard.addresses.size() >= shard.sweep_at && !shard.addresses.contains(group)) {
    const size_t before = shard.addresses.size();
    absl::erase_if(shard.addresses, [](const auto& row) { return row.second.is_idle(); });
    forgotten_.fetch_add(before - shard.addresses.size(), std::memory_order_relaxed);
    shard.sweep_at = std::max(kMostIdle / kShards, 2 * shard.addresses.size());
  }
  return ++shard.addresses[group].handshakes > max_handshakes_;
}

std::optional<AddressTable::Refusal> AddressTable::Admit(const AddressGroup& group,
                                                         bool is_loopback, SteadyTime now) {
  const Limits limits = this->limits();
  const Pace& arrivals = limits.arrivals.For(is_loopback);
  const Pace& failures = limits.failures.For(is_loopback);
  return With(group, [&](Address& address) -> std::optional<Refusal> {
    const auto refuse = [&](Reason reason, Duration retry_after) {
      ++address.refusals;
      return Refusal{reason, retry_after};
    };
    // The limit may be another than when it was here last.
    address.arrivals.Refit(now, arrivals);
    if (auto refusal = TooManyFailed(address, failures, now)) return refusal;
    if (!address.arrivals.Take(now, arrivals)) {
      return refuse(Reason::kAddressRate, address.arrivals.NextAt(arrivals) - now);
    }
    // Two that are asked at one moment may both be let in, so it is the last tenth but a few.
    if (open_.load(std::memory_order_relaxed) >= limits.free_for_all && address.open >= kFew) {
      return refuse(Reason::kAddressShare, kRetryWhenFull);
    }
    return std::nullopt;
  });
}

std::optional<AddressTable::Refusal> AddressTable::RefusalOfTokens(const AddressGroup& group,
                                                                   bool is_loopback,
                                                                   SteadyTime now) {
  const Pace failures = limits().failures.For(is_loopback);
  return With(group, [&](Address& address) { return TooManyFailed(address, failures, now); });
}

std::optional<AddressTable::Refusal> AddressTable::TooManyFailed(Address& address,
                                                                 const Pace& failures,
                                                                 SteadyTime now) {
  address.failures.Refit(now, failures);  // it may be another one, too
  if (address.failures.Has(now, failures)) return std::nullopt;
  ++address.refusals;
  return Refusal{Reason::kAuthFailureRate, address.failures.NextAt(failures) - now};
}

void AddressTable::Compact(SteadyTime now) {
  Shard& shard = shards_[next_to_compact_.fetch_add(1, std::memory_order_relaxed) % kShards];
  MutexLock lock(shard.mutex);
  absl::erase_if(shard.addresses, [&](const auto& row) {
    const Address& address = row.second;
    return address.is_idle() && address.arrivals.IsFull(now) && address.failures.IsFull(now);
  });
  shard.sweep_at = std::max(kMostIdle / kShards, 2 * shard.addresses.size());
}

std::vector<AddressTable::Row> AddressTable::Busiest(size_t most) const {
  std::vector<std::pair<uint32_t, AddressGroup>> largest;
  const auto more = [](const auto& a, const auto& b) { return a.first > b.first; };
  for (const Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    for (const auto& [group, address] : shard.addresses) {
      if (address.open == 0) continue;
      if (largest.size() == most && address.open <= largest.back().first) continue;
      if (largest.size() == most) largest.pop_back();
      const std::pair<uint32_t, AddressGroup> row(address.open, group);
      largest.insert(std::upper_bound(largest.begin(), largest.end(), row, more), row);
    }
  }
  std::vector<Row> rows;
  for (const auto& [open, group] : largest) {
    rows.push_back({.address = group.text(), .connections = open});
  }
  return rows;
}

std::vector<AddressTable::Row> AddressTable::All() const {
  std::vector<Row> rows;
  for (const Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    for (const auto& [group, address] : shard.addresses) {
      rows.push_back(
          {group.text(), address.open, address.handshakes, address.joins, address.refusals});
    }
  }
  return rows;
}

std::optional<AddressTable::Row> AddressTable::NearlyEverybody() const {
  const size_t all = open_.load(std::memory_order_relaxed);
  if (all < 50) return std::nullopt;
  const std::vector<Row> busiest = Busiest(1);
  if (busiest.empty() || busiest.front().connections * 5 <= all * 4) return std::nullopt;
  return busiest.front();
}

AddressTable::Levels AddressTable::levels() const {
  Levels levels{.connections = open_.load(std::memory_order_relaxed),
                .handshakes = handshakes_.load(std::memory_order_relaxed),
                .forgotten = forgotten_.load(std::memory_order_relaxed)};
  for (const Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    levels.addresses += shard.addresses.size();
    levels.bytes += shard.addresses.capacity() * (sizeof(std::pair<AddressGroup, Address>) + 1);
  }
  return levels;
}

AddressLease& AddressLease::operator=(AddressLease&& other) noexcept {
  if (this == &other) return *this;
  End();
  table_ = std::exchange(other.table_, nullptr);
  group_ = other.group_;
  is_loopback_ = other.is_loopback_;
  is_open_ = other.is_open_;
  is_crowded_ = other.is_crowded_;
  return *this;
}

void AddressLease::Begin(std::string_view address) {
  group_ = AddressGroup::Of(address, table_->ipv6_prefix_);
  is_loopback_ = IsLoopback(address);
  is_open_ = false;
  is_crowded_ = table_->Begin(group_);
}

void AddressLease::End() {
  if (table_ == nullptr) return;
  (is_open_ ? table_->open_ : table_->handshakes_).fetch_sub(1, std::memory_order_relaxed);
  table_->With(group_, [&](AddressTable::Address& address) {
    --(is_open_ ? address.open : address.handshakes);
  });
  table_ = nullptr;
}

void AddressLease::Reseat(std::string_view address) {
  if (table_ == nullptr) return;
  AddressTable& table = *table_;
  const bool was_open = is_open_;
  End();
  table_ = &table;
  Begin(address);
  if (was_open) Open();
}

std::optional<AddressTable::Refusal> AddressLease::Admit(SteadyTime now) {
  if (table_ == nullptr) return std::nullopt;
  return table_->Admit(group_, is_loopback_, now);
}

std::optional<AddressTable::Refusal> AddressLease::RefusalOfTokens(SteadyTime now) {
  if (table_ == nullptr) return std::nullopt;
  return table_->RefusalOfTokens(group_, is_loopback_, now);
}

void AddressLease::NoteAuthFailure(SteadyTime now) {
  if (table_ == nullptr) return;
  const Pace failures = table_->limits().failures.For(is_loopback_);
  table_->With(group_,
               [&](AddressTable::Address& address) { address.failures.Take(now, failures); });
}

void AddressLease::Open() {
  if (table_ == nullptr || is_open_) return;
  is_open_ = true;
  table_->handshakes_.fetch_sub(1, std::memory_order_relaxed);
  table_->open_.fetch_add(1, std::memory_order_relaxed);
  table_->With(group_, [](AddressTable::Address& address) {
    --address.handshakes;
    ++address.open;
    ++address.joins;
  });
}

}  // namespace pigeonhub
