// SPDX-License-Identifier: Apache-2.0

#include "cli/command/arguments.h"

#include <charconv>

#include "server/base/duration.h"

namespace pigeonhub::cli {

std::string Arguments::text(std::string_view flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? "" : found->second.back();
}

std::vector<std::string> Arguments::all(std::string_view flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? std::vector<std::string>{} : found->second;
}

std::optional<uint64_t> Arguments::number(std::string_view flag) const {
  const std::string value = text(flag);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::nanoseconds> Arguments::duration(std::string_view flag) const {
  return ParseDuration(text(flag), PlainNumber::kRefused);
}

}  // namespace pigeonhub::cli
