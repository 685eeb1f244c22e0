// SPDX-License-Identifier: Apache-2.0

#include "control/access/roles.h"

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

TEST(Roles, KeepAMethodThatWasForgottenForAdmins) {
  EXPECT_EQ(RequiredRole("PeerService/Forgotten"), Role::kAdmin);
  EXPECT_EQ(RequiredRole(""), Role::kAdmin);
}

}  // namespace
}  // namespace pigeonhub
