// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

namespace pigeonhub {

// `url` as logs, lists and errors show it: user name and password, every value of the query and the
// fragment are ***. Addresses are not secret, what is after a question mark may well be. What is
// no proper URL is masked as if it were one, rather too much of it than too little.
std::string MaskedUrl(std::string_view url);

}  // namespace pigeonhub
