// SPDX-License-Identifier: Apache-2.0
//
// What clients and hubs of the reference say, as text.
#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::sim {

inline constexpr std::string_view kSignalNames[] = {"offer", "answer", "ice-candidate"};

inline std::string Quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

}  // namespace pigeonhub::sim
