// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

#include "pigeonhub/v1/access_service.pb.h"
#include "server/core/time.h"

namespace pigeonhub {

// Bans go from hub to hub by themselves. So where all hubs are asked for one, a hub may have got it
// from another before it was asked itself, and says that it replaced that one. Drops what says so
// from the answer of `hub`, which came when the call had taken so long.
void DropOwnCopy(std::string_view hub, Duration took, v1::BanResponse& answer);

}  // namespace pigeonhub
