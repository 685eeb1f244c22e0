// SPDX-License-Identifier: Apache-2.0
//
// The include rule, and a reader of #include lines that keeps it. A test and not the linker has to
// do this: every library sits in /usr/include and every folder under one include path, so an
// include that runs up the layers compiles.

#ifndef TESTS_LAYERING_INCLUDE_RULE_H_
#define TESTS_LAYERING_INCLUDE_RULE_H_

#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub::layering {

// What one folder may include. Folders and libraries not named are forbidden.
struct Layer {
  std::string_view folder;                  // "server" means the files directly in server/
  std::vector<std::string_view> folders;    // beside itself
  std::vector<std::string_view> libraries;  // as LibraryOf names them
};

// Bottom up: a layer comes after every layer it may include.
const std::vector<Layer>& Layers();

// The layer a path from the repository root belongs to, or null.
const Layer* LayerOf(std::string_view path);

// Which library an angled include belongs to: "std", "posix", "absl", "asio", ...; empty if it is
// none we know.
std::string_view LibraryOf(std::string_view header);

// One line for each include of `source` that breaks the rule: "path:line: what and why".
std::vector<std::string> Violations(std::string_view path, std::string_view source);

}  // namespace pigeonhub::layering

#endif  // TESTS_LAYERING_INCLUDE_RULE_H_
