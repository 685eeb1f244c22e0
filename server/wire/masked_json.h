// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::wire {

// `json` with every address in its strings as MaskedUrl shows it; all else stays byte for byte. A
// string is an address if it has "://" in it. `json` is valid, and may be the members of an object
// without the braces.
std::string WithMaskedUrls(std::string_view json);

}  // namespace pigeonhub::wire
