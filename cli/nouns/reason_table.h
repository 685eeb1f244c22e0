// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace pigeonhub::cli {

// The section "Reasons and close codes" of docs/operations.md, as it stands there.
std::string_view ReasonTable();

// The enum Reason of the API, with its comments.
std::string_view ReasonEnum();

}  // namespace pigeonhub::cli
