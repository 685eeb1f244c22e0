// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace pigeonhub {

// `url` as logs, lists and errors show it: *** stands for user name and password, for every value
// of the query and for the fragment, since those may be secret. The host and path are not. A text
// that is no valid URL is masked as if it were one; this rather hides too much than too little.
std::string MaskedUrl(std::string_view url);

}  // namespace pigeonhub
