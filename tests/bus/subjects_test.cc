// SPDX-License-Identifier: Apache-2.0

#include "server/bus/subjects.h"

#include <gtest/gtest.h>

#include <string>

#include "server/base/nats_url.h"

namespace pigeonhub::bus {
namespace {

TEST(BusSubjects, HaveTheNamespaceOfTheMeshInThem) {
  const PeerId hub = *PeerId::Parse(std::string(40, 'a'));
  const Subjects subjects("pigeonhub", "pigeonhub-mesh");
  EXPECT_EQ(subjects.all(), "pigeonhub.pigeonhub-mesh.hubs");
  EXPECT_EQ(subjects.InboxOf(hub), "pigeonhub.pigeonhub-mesh.hub." + std::string(40, 'a'));
}

TEST(BusSubjects, HaveADigestOfANamespaceThatIsNoWord) {
  for (const std::string name : {"a.b", "a b", ">", "*", "ä", std::string(65, 'a').c_str()}) {
    const std::string all = Subjects("other.name", name).all();
    EXPECT_TRUE(IsNatsToken(all.substr(11, 32))) << all;
    EXPECT_EQ(all.substr(0, 11), "other.name.");
    EXPECT_EQ(all.substr(43), ".hubs");
    EXPECT_EQ(all.find(name), std::string::npos);
  }
}

}  // namespace
}  // namespace pigeonhub::bus
