// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {

// A reference hub has linked to us, who are a plain server or a hub server: what both do alike.
class LinkedReferenceHub : public ::testing::TestWithParam<bool> {
 protected:
  static HubOptions Options(bool is_hub) { return is_hub ? HubServer() : HubOptions(); }

  HubFixture hub_{Options(GetParam())};
  FakePeer one_ = hub_.JoinAsHub(Id('1'));
  FakePeer a_ = hub_.Join(Id('a'), "room");
  FakePeer outsider_ = hub_.Join(Id('b'), "other");
};

inline std::string PlainOrHub(const ::testing::TestParamInfo<bool>& info) {
  return info.param ? "Hub" : "Plain";
}

}  // namespace pigeonhub
