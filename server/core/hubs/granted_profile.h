// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/message.h"

namespace pigeonhub {

// What a hub announced, with the region and the capabilities of `grant` (RegisterHub) in the place
// of its own, where the grant has any.
Profile WithGrant(const Profile& announced, const Profile& grant);

}  // namespace pigeonhub
