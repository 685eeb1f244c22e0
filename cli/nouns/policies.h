// SPDX-License-Identifier: Apache-2.0
//
// Policies of namespaces: the noun below `namespaces`, and what holds in one of them.
#pragma once

#include "cli/command/command.h"
#include "cli/output/table.h"
#include "pigeonhub/v1/namespace_service.pb.h"

namespace pigeonhub::cli {

// Key by key: what holds, and where it comes from.
Table PolicyTable(const v1::PolicyInForce& in_force);

Command PolicyCommand();

}  // namespace pigeonhub::cli
