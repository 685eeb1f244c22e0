// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/attributes.h"

#include <utility>

#include "server/base/text.h"

namespace pigeonhub::cli {

Flag AttributeFlag(std::string help) {
  return {.name = "attr", .value = "NAME=VALUE", .help = std::move(help), .repeated = true};
}

absl::StatusOr<TokenAttributes> AttributesOf(const Arguments& arguments) {
  TokenAttributes attributes;
  for (const std::string& attribute : arguments.all("attr")) {
    const size_t equals = attribute.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError("--attr takes NAME=VALUE, not " + Shown(attribute));
    }
    const std::string name = attribute.substr(0, equals);
    if (!attributes.emplace(name, attribute.substr(equals + 1)).second) {
      return absl::InvalidArgumentError("--attr gives " + Shown(name) + " twice");
    }
  }
  return attributes;
}

}  // namespace pigeonhub::cli
