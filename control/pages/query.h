// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "pigeonhub/http.h"
#include "server/wire/target.h"

namespace pigeonhub {

// The first field of that name in the query, decoded; empty if there is none.
inline std::string QueryField(const Request& request, std::string_view name) {
  return wire::FieldOfTarget("?" + std::string(request.query), name);
}

}  // namespace pigeonhub
