// SPDX-License-Identifier: Apache-2.0

#include "control/access/roles.h"

#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/control/every_method.h"

namespace pigeonhub {
namespace {

TEST(Roles, AreKnownByName) {
  for (const Role role : {Role::kViewer, Role::kOperator, Role::kAdmin}) {
    EXPECT_EQ(RoleNamed(RoleName(role)), role);
  }
  EXPECT_EQ(RoleNamed("owner"), std::nullopt);
  EXPECT_EQ(RoleNamed(""), std::nullopt);
}

TEST(Roles, AreGivenToEveryMethodOfTheApiAndNoOther) {
  std::set<std::string> in_table;
  for (const MethodRole& row : MethodRoles()) {
    EXPECT_TRUE(in_table.insert(std::string(row.method)).second) << row.method << " comes twice";
  }
  std::set<std::string> in_api;
  for (const auto* method : EveryMethod()) in_api.insert(ShortName(*method));
  EXPECT_EQ(in_table, in_api);
}

// Each comment in the protos names the role; readers of either must not be misled.
TEST(Roles, AreThoseThatTheContractNames) {
  for (const auto* method : EveryMethod()) {
    const std::string comment = CommentOf(*method);
    const std::string role(RoleName(RequiredRole(ShortName(*method))));
    EXPECT_NE(comment.find("Role: " + role + "."), std::string::npos) << ShortName(*method) << ":\n"
                                                                      << comment;
  }
}

// What only looks may be asked by GET, and asked again.
TEST(Roles, OfViewersAreThoseOfMethodsWithoutSideEffects) {
  for (const auto* method : EveryMethod()) {
    const bool only_looks =
        method->options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
    const bool for_viewers = RequiredRole(ShortName(*method)) == Role::kViewer;
    EXPECT_EQ(only_looks, for_viewers && !method->server_streaming()) << ShortName(*method);
  }
}

TEST(Roles, KeepAMethodThatWasForgottenForAdmins) {
  EXPECT_EQ(RequiredRole("PeerService/Forgotten"), Role::kAdmin);
  EXPECT_EQ(RequiredRole(""), Role::kAdmin);
}

}  // namespace
}  // namespace pigeonhub
