// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/address_table.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kNow{100s};
constexpr char kSomebody[] = "192.0.2.1";
constexpr char kAnother[] = "192.0.2.2";

AddressTable::Rules NoRates() {
  AddressTable::Rules rules;
  rules.address_rate = rules.auth_failure_rate = Rate{};
  return rules;
}

// How many new connections of the address are let in at one moment, at most 1000.
int AdmittedAtOnce(AddressTable& table, std::string_view address, SteadyTime now = kNow) {
  int admitted = 0;
  while (admitted < 1000 && !table.Seat(address).Admit(now).has_value()) ++admitted;
  return admitted;
}

std::optional<Reason> ReasonOf(const std::optional<AddressTable::Refusal>& refusal) {
  if (!refusal.has_value()) return std::nullopt;
  return refusal->reason;
}

TEST(AddressRate, IsAHundredAtOnceAndTwentyASecondByDefault) {
  AddressTable table({});
  EXPECT_EQ(AdmittedAtOnce(table, kSomebody), 100);
  EXPECT_EQ(AdmittedAtOnce(table, kAnother), 100) << "each address has its own";
  EXPECT_EQ(AdmittedAtOnce(table, kSomebody, kNow + 1s), 20);
  const auto refusal = table.Seat(kSomebody).Admit(kNow + 1s);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->reason, Reason::kAddressRate);
  EXPECT_EQ(refusal->retry_after, 50ms);
}

TEST(AddressRate, ChangesForThoseWhoComeFromThenOn) {
  AddressTable table({.address_rate = Rate{.amount = 1, .burst = 3}, .max_connections = 20});
  EXPECT_EQ(AdmittedAtOnce(table, kSomebody), 3);
  table.SetLimits({.max_connections = 2000, .address_rate = Rate{}});
  EXPECT_EQ(AdmittedAtOnce(table, kSomebody), 1000);
  table.SetLimits({.max_connections = 2000, .address_rate = Rate{.amount = 1, .burst = 5}});
  EXPECT_EQ(AdmittedAtOnce(table, kAnother), 5);
}

TEST(AddressRate, HoldsAtLoopbackOnlyWhereItWasSet) {
  AddressTable by_default({});
  EXPECT_EQ(AdmittedAtOnce(by_default, "127.0.0.1"), 1000);
  EXPECT_EQ(AdmittedAtOnce(by_default, "::1"), 1000);
  AddressTable set({.address_rate = Rate{.amount = 1, .burst = 3}});
  EXPECT_EQ(AdmittedAtOnce(set, "127.0.0.1"), 3);
  EXPECT_EQ(AdmittedAtOnce(set, "::1"), 3);
}

TEST(AddressRate, CountsANetworkOfIpv6AsOneAddress) {
  AddressTable table({.address_rate = Rate{.amount = 1, .burst = 3}, .ipv6_prefix = 56});
  EXPECT_EQ(AdmittedAtOnce(table, "2001:db8:0:1::1"), 3);
  EXPECT_EQ(AdmittedAtOnce(table, "2001:db8:0:ff::1"), 0);
  EXPECT_EQ(AdmittedAtOnce(table, "2001:db8:0:100::1"), 3);
}

TEST(AuthFailures, AreTenInHalfAnHourThenNobodyOfTheAddressIsHeard) {
  AddressTable table({});
  AddressLease lease = table.Seat(kSomebody);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(lease.Admit(kNow), std::nullopt) << i;
    lease.NoteAuthFailure(kNow);
  }
  const auto refusal = table.Seat(kSomebody).Admit(kNow);
  EXPECT_EQ(ReasonOf(refusal), Reason::kAuthFailureRate);
  EXPECT_EQ(refusal->retry_after, 3min);
  EXPECT_EQ(table.Seat(kAnother).Admit(kNow), std::nullopt);
  EXPECT_EQ(table.Seat(kSomebody).Admit(kNow + 3min), std::nullopt);
  lease.NoteAuthFailure(kNow + 3min);
  EXPECT_EQ(ReasonOf(table.Seat(kSomebody).Admit(kNow + 3min)), Reason::kAuthFailureRate);
}

TEST(AuthFailures, AreAskedForWithoutAConnectionToo) {
  AddressTable table({.address_rate = Rate{.amount = 1, .burst = 1}});
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(table.Seat(kSomebody).RefusalOfTokens(kNow), std::nullopt) << i;
    table.Seat(kSomebody).NoteAuthFailure(kNow);
  }
  const auto refusal = table.Seat(kSomebody).RefusalOfTokens(kNow);
  EXPECT_EQ(ReasonOf(refusal), Reason::kAuthFailureRate);
  EXPECT_EQ(refusal->retry_after, 3min);
  EXPECT_EQ(table.Seat(kAnother).RefusalOfTokens(kNow), std::nullopt);
  EXPECT_EQ(AdmittedAtOnce(table, kSomebody, kNow + 3min), 1) << "no connection was counted";
}

TEST(AuthFailures, OutliveTheConnectionAndAreForgottenWhenTheyAreLongAgo) {
  AddressTable table({});
  for (int i = 0; i < 10; ++i) table.Seat(kSomebody).NoteAuthFailure(kNow);
  for (int i = 0; i < 16; ++i) table.Compact(kNow + 29min);
  EXPECT_EQ(table.levels().addresses, 1u);
  for (int i = 0; i < 16; ++i) table.Compact(kNow + 30min);
  EXPECT_EQ(table.levels().addresses, 0u);
}

TEST(AddressShare, KeepsTheLastTenthForThoseWhoHoldFew) {
  AddressTable::Rules rules = NoRates();
  rules.max_connections = 100;
  AddressTable table(rules);
  std::deque<AddressLease> open;
  const auto join = [&](std::string_view address) {
    AddressLease lease = table.Seat(address);
    const auto refusal = lease.Admit(kNow);
    if (refusal.has_value()) return ReasonOf(refusal);
    lease.Open();
    open.push_back(std::move(lease));
    return std::optional<Reason>();
  };
  for (int i = 0; i < 90; ++i) ASSERT_EQ(join(kSomebody), std::nullopt) << i;
  EXPECT_EQ(join(kSomebody), Reason::kAddressShare);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(join(kAnother), std::nullopt) << i;
  EXPECT_EQ(table.levels().connections, 100u);
  open.clear();
  EXPECT_EQ(join(kSomebody), std::nullopt);
}

TEST(AddressShare, LeavesSmallHubsAlone) {
  AddressTable::Rules rules = NoRates();
  rules.max_connections = 22;
  AddressTable table(rules);
  std::deque<AddressLease> open;
  for (int i = 0; i < 20; ++i) {
    open.push_back(table.Seat(kSomebody));
    EXPECT_EQ(open.back().Admit(kNow), std::nullopt);
    open.back().Open();
  }
}

TEST(AddressHandshakes, AreBoundedWhereTheyAreNotFinished) {
  AddressTable::Rules rules = NoRates();
  rules.max_handshakes = 3;
  AddressTable table(rules);
  std::deque<AddressLease> under_way;
  for (int i = 0; i < 3; ++i) {
    under_way.push_back(table.Seat(kSomebody));
    EXPECT_FALSE(under_way.back().is_crowded()) << i;
  }
  EXPECT_TRUE(table.Seat(kSomebody).is_crowded());
  EXPECT_FALSE(table.Seat(kAnother).is_crowded());
  under_way[0].Open();
  EXPECT_FALSE(table.Seat(kSomebody).is_crowded()) << "one is finished";
  AddressLease moved = table.Seat(kAnother);
  moved.Reseat(kSomebody);
  EXPECT_FALSE(moved.is_crowded());
  AddressLease one_more = table.Seat(kAnother);
  one_more.Reseat(kSomebody);
  EXPECT_TRUE(one_more.is_crowded());
}

TEST(AddressTable, NamesTheBusiestFirst) {
  AddressTable table(NoRates());
  std::deque<AddressLease> open;
  const auto hold = [&](std::string_view address, int count) {
    for (int i = 0; i < count; ++i) {
      open.push_back(table.Seat(address));
      open.back().Open();
    }
  };
  hold("192.0.2.1", 3);
  hold("192.0.2.2", 5);
  hold("2001:db8::1", 4);
  hold("2001:db8::2", 2);
  hold("192.0.2.3", 1);
  const std::vector<AddressTable::Row> rows = table.Busiest(3);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].address, "2001:db8::/64");
  EXPECT_EQ(rows[0].connections, 6u);
  EXPECT_EQ(rows[1].address, "192.0.2.2");
  EXPECT_EQ(rows[2].address, "192.0.2.1");
}

TEST(AddressTable, CountsJoinsAndRefusalsOfEachAddress) {
  AddressTable table({.address_rate = Rate{.amount = 1, .burst = 2}});
  std::vector<AddressLease> leases;
  for (int i = 0; i < 3; ++i) {
    AddressLease lease = table.Seat(kSomebody);
    if (lease.Admit(kNow).has_value()) continue;
    lease.Open();
    leases.push_back(std::move(lease));
  }
  leases.pop_back();
  const AddressLease handshake = table.Seat(kSomebody);
  const std::vector<AddressTable::Row> rows = table.All();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].address, kSomebody);
  EXPECT_EQ(rows[0].connections, 1u);
  EXPECT_EQ(rows[0].handshakes, 1u);
  EXPECT_EQ(rows[0].joins, 2u);
  EXPECT_EQ(rows[0].refusals, 1u);
}

TEST(AddressTable, SuspectsAProxyWhereOneAddressHasMoreThanFourFifthsOfFifty) {
  AddressTable table(NoRates());
  std::deque<AddressLease> open;
  const auto hold = [&](std::string_view address, int count) {
    for (int i = 0; i < count; ++i) {
      open.push_back(table.Seat(address));
      open.back().Open();
    }
  };
  hold(kSomebody, 49);
  EXPECT_FALSE(table.NearlyEverybody().has_value()) << "too few to say";
  hold(kSomebody, 1);
  ASSERT_TRUE(table.NearlyEverybody().has_value());
  EXPECT_EQ(table.NearlyEverybody()->address, kSomebody);
  EXPECT_EQ(table.NearlyEverybody()->connections, 50u);
  hold(kAnother, 12);
  EXPECT_TRUE(table.NearlyEverybody().has_value()) << "50 of 62";
  hold(kAnother, 1);
  EXPECT_FALSE(table.NearlyEverybody().has_value()) << "50 of 63";
}

TEST(AddressTable, HasABoundHoweverManyAddressesCome) {
  AddressTable table({});
  for (uint32_t i = 0; i < 300'000; ++i) {
    const std::string address = "10." + std::to_string(i >> 16) + '.' +
                                std::to_string(i >> 8 & 255) + '.' + std::to_string(i & 255);
    (void)table.Seat(address).Admit(kNow);
  }
  const AddressTable::Levels levels = table.levels();
  EXPECT_LE(levels.addresses, AddressTable::kMostIdle);
  EXPECT_GE(levels.forgotten, 300'000 - AddressTable::kMostIdle);
  EXPECT_LE(levels.bytes, size_t{8} << 20);
}

TEST(AddressTable, ForgetsNobodyWhoHoldsSomething) {
  AddressTable table({});
  AddressLease held = table.Seat(kSomebody);
  held.Open();
  for (uint32_t i = 0; i < 200'000; ++i) {
    table.Seat("10." + std::to_string(i >> 16) + '.' + std::to_string(i >> 8 & 255) + '.' +
               std::to_string(i & 255));
  }
  ASSERT_EQ(table.Busiest(1).size(), 1u);
  EXPECT_EQ(table.Busiest(1)[0].address, kSomebody);
}

// Connections come, turn out to be of another address, fail or open, and go, in any order.
TEST(AddressTable, CountsRightWhateverBecomesOfTheConnections) {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    AddressTable::Rules rules;
    rules.address_rate = Rate{.amount = 1, .burst = 50};
    rules.max_connections = 100;
    AddressTable table(rules);
    struct Held {
      AddressLease lease;
      std::string address;
      bool open = false;
    };
    std::vector<Held> held;
    const auto some_address = [&] {
      // All others of the second kind are one network.
      return random() % 2 == 0 ? "192.0.2." + std::to_string(random() % 5)
                               : "2001:db8::" + std::to_string(random() % 5);
    };
    for (int step = 0; step < 2000; ++step) {
      const SteadyTime now = kNow + step * 10ms;
      const size_t i = held.empty() ? 0 : random() % held.size();
      switch (held.empty() ? 0 : random() % 8) {
        case 0:
        case 1: {
          std::string address = some_address();
          held.push_back({table.Seat(address), address});
          break;
        }
        case 2:
          held[i].address = some_address();
          held[i].lease.Reseat(held[i].address);
          break;
        case 3:
          if (held[i].open || held[i].lease.Admit(now).has_value()) break;
          held[i].lease.Open();
          held[i].open = true;
          break;
        case 4:
          held[i].lease.NoteAuthFailure(now);
          break;
        case 5:
          std::swap(held[i], held.back());
          break;
        case 6:
          held.erase(held.begin() + static_cast<std::ptrdiff_t>(i));
          break;
        default:
          table.Compact(now);
      }
      size_t open = 0;
      std::map<std::string, size_t> by_address;
      for (const Held& one : held) {
        if (!one.open) continue;
        ++open;
        ++by_address[AddressGroup::Of(one.address, 64).text()];
      }
      const AddressTable::Levels levels = table.levels();
      ASSERT_EQ(levels.connections, open) << seed << ' ' << step;
      ASSERT_EQ(levels.handshakes, held.size() - open) << seed << ' ' << step;
      const std::vector<AddressTable::Row> rows = table.Busiest(100);
      ASSERT_EQ(rows.size(), by_address.size()) << seed << ' ' << step;
      for (const AddressTable::Row& row : rows) {
        ASSERT_EQ(row.connections, by_address[row.address])
            << seed << ' ' << step << ' ' << row.address;
      }
    }
    held.clear();
    EXPECT_EQ(table.levels().connections, 0u);
    EXPECT_EQ(table.levels().handshakes, 0u);
    EXPECT_TRUE(table.Busiest(1).empty());
    for (int i = 0; i < 16; ++i) table.Compact(kNow + 24h);
    EXPECT_EQ(table.levels().addresses, 0u);
  }
}

}  // namespace
}  // namespace pigeonhub
