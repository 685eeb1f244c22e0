// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/policies.h"

#include <gtest/gtest.h>

#include <string>

#include "cli/output/table.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "tests/cli/fake_server.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

TEST(PolicyTable, NamesTheHubsThatDiffer) {
  v1::GetNamespacePolicyResponse response;
  response.mutable_in_force()->mutable_policy()->set_discovery_limit(64);
  v1::PolicyOrigin& origin = *response.mutable_in_force()->add_origins();
  origin.set_key("discovery-limit");
  origin.set_source(v1::POLICY_SOURCE_DEFAULT);
  for (const auto& [hub, max_peers] :
       {std::pair('a', 5000), std::pair('b', 7), std::pair('c', 5000)}) {
    v1::GetNamespacePolicyResponse& each = *response.add_per_hub();
    each.set_hub_id(std::string(40, hub));
    *each.mutable_in_force() = response.in_force();
    each.mutable_in_force()->mutable_policy()->set_max_peers(max_peers);
  }
  EXPECT_EQ(Render(PolicyTable(PolicyAnswerOf(response)), {}),
            "KEY              VALUE                                      FROM\n"
            "discovery-limit  64                                         default\n"
            "max-peers        5000 at aaaaaaaa, cccccccc; 7 at bbbbbbbb  hubs differ\n");
}

TEST(NamespaceOfAllHubs, IsShownWithWhatEachHubHas) {
  v1::GetNamespaceResponse response;
  response.mutable_namespace_()->set_name("chat");
  response.mutable_namespace_()->set_local_peers(11);
  response.mutable_namespace_()->set_remote_peers(22);
  for (const auto& [hub, peers] : {std::pair('a', 2), std::pair('b', 9)}) {
    v1::GetNamespaceResponse& each = *response.add_per_hub();
    each.set_hub_id(std::string(40, hub));
    each.mutable_namespace_()->set_local_peers(peers);
  }
  FakeServer server;
  server.Answer<v1::GetNamespaceRequest>(response);
  const std::string out = RunPigeonctl({"namespaces", "get", "chat", "--hub", "*"},
                                       {.variables = {{"PIGEONCTL_SERVER", server.address()}}})
                              .out;
  EXPECT_NE(out.find("Peers      11\n"), std::string::npos) << out;
  EXPECT_NE(out.find(std::string(40, 'b') + "      9\n"), std::string::npos) << out;
  EXPECT_EQ(out.find("22"), std::string::npos) << "each hub counts those of others: " << out;
}

}  // namespace
}  // namespace pigeonhub::cli
