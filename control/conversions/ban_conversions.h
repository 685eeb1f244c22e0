// SPDX-License-Identifier: Apache-2.0
//
// Bans as messages of the control API, and back.
#pragma once

#include <optional>

#include "pigeonhub/ban.h"
#include "pigeonhub/v1/access_service.pb.h"

namespace pigeonhub {

v1::BanEntry ToProto(const BanRecord& ban);
// As it stands, not checked. Empty if it names nobody.
std::optional<BanTarget> FromProto(const v1::BanTarget& target);

}  // namespace pigeonhub
