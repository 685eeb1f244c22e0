// SPDX-License-Identifier: Apache-2.0

#include "server/core/identity.h"

#include <gtest/gtest.h>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

TEST(Identity, TellsItsAddressWithoutTheQuery) {
  HubOptions options;
  options.advertise_url = "wss://hub.example/path?token=s3cret";
  Identity identity(options);
  identity.ListenAt(StartSignaling{"localhost", 3000});
  identity.set_serving(Serving::kServing);
  EXPECT_EQ(identity.Describe().url, "wss://hub.example/path");
  EXPECT_EQ(identity.AnswerTo(Id('1')).self->url, "wss://hub.example/path");
  EXPECT_TRUE(identity.IsAddressee("hub.example:443")) << "the address is the same";
}

TEST(Identity, SaysInItsAnswerWhetherItIsAHub) {
  HubOptions options;
  EXPECT_FALSE(Identity(options).AnswerTo(Id('1')).self->transit);
  options.is_hub = true;
  EXPECT_TRUE(Identity(options).AnswerTo(Id('1')).self->transit);
}

}  // namespace
}  // namespace pigeonhub
