// SPDX-License-Identifier: Apache-2.0
//
// Who asks for a page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/http.h"
#include "server/base/origin_pattern.h"

namespace pigeonhub {

// How far a hub for development is open.
enum class DevReach { kOff, kThisMachine, kNetwork };

// A page of one of these origins, which has to say so: other programs than browsers may lie, and
// whoever may read the pages of an origin may do so, too. A pattern for any page names nobody.
bool IsOfOrigin(const Request& request, const std::vector<OriginPattern>& origins);

// The developer, or in kNetwork somebody that the developer let in: no page of another site, also
// not one whose name leads to this machine (DNS rebinding), and nobody behind a proxy.
bool IsDeveloper(const Request& request, DevReach reach);

}  // namespace pigeonhub
