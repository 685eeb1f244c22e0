// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace pigeonhub {

// `url` as logs, lists and errors show it. *** stands for what may be secret: user name and
// password, every value of the query, the fragment, and in the path what follows a ; or = and
// segments of more than 16 characters. The host and the rest of the path are shown. A text that is
// no valid URL is masked as if it were one; this rather hides too much than too little.
std::string MaskedUrl(std::string_view url);

}  // namespace pigeonhub
