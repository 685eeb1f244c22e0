// SPDX-License-Identifier: Apache-2.0
//
// Names that peers choose, such as those of namespaces, on a line of their own: printed so that
// nothing in them deceives the reader, and read back as they were.
#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::cli {

// `name` with every deceptive character (server/base/characters.h) as \uXXXX. A backslash with
// which the name itself writes such an escape is \u005c.
std::string PrintedName(std::string_view name);

// The name that was printed so. What has no \uXXXX in it is the name as it is.
std::string NameOf(std::string_view printed);

}  // namespace pigeonhub::cli
