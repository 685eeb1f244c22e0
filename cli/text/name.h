// SPDX-License-Identifier: Apache-2.0
//
// Names that peers choose, such as those of namespaces, each on a line of its own. They are printed
// so that nothing in them deceives the reader, and can be read back unchanged.
#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::cli {

// `name` with every deceptive character (server/base/characters.h) as \uXXXX. A backslash with
// which the name itself writes such an escape is \u005c.
std::string PrintedName(std::string_view name);

// Reads back what was printed. A text without \uXXXX is the name itself.
std::string NameOf(std::string_view printed);

}  // namespace pigeonhub::cli
