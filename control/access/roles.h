// SPDX-License-Identifier: Apache-2.0
//
// Who may call what.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace pigeonhub {

// A viewer may look. An operator may also run the hub. An admin may also change what the hub
// trusts.
enum class Role { kViewer, kOperator, kAdmin };

// "viewer", "operator", "admin".
std::string_view RoleName(Role role);
std::optional<Role> RoleNamed(std::string_view name);

// One method of the control API, as Service/Method without the package.
struct MethodRole {
  std::string_view method;
  Role role;
};

// Every method, by service.
std::span<const MethodRole> MethodRoles();

// Admin for a method that is not in the table, so that a method that somebody forgot there is not
// open to everybody.
Role RequiredRole(std::string_view method);

}  // namespace pigeonhub
