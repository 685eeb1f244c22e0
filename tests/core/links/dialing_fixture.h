// SPDX-License-Identifier: Apache-2.0
//
// A hub that dials others.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/links/dials.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {

inline constexpr char kUrl[] = "ws://one:3000";

// A hub that dials these hubs.
inline HubOptions Bootstrapped(std::vector<std::string> urls = {kUrl}) {
  HubOptions options = HubServer();
  options.bootstrap_hubs = std::move(urls);
  return options;
}

// The number of a dial is the place of its address, from 1 on.
class Dialing : public ::testing::Test {
 protected:
  explicit Dialing(HubOptions options = Bootstrapped()) : hub_(std::move(options), 1, false) {}

  std::vector<std::string> StartAt(const std::string& host, uint16_t port) {
    EXPECT_TRUE(hub_.Handle(StartSignaling{host, port}).ok());
    return Dials();
  }
  std::vector<std::string> Dials() { return DialsOf(hub_); }
  LinkRecord Link(size_t i = 0) { return hub_.hub().Links().at(i); }

  HubFixture hub_;
};

}  // namespace pigeonhub
