// SPDX-License-Identifier: Apache-2.0

#include "cli/command/arguments.h"

#include <charconv>

#include "cli/command/moment.h"
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

std::optional<std::chrono::system_clock::time_point> Arguments::moment(
    std::string_view flag, std::chrono::system_clock::time_point now) const {
  return ParseMoment(text(flag), now);
}

std::vector<std::string> Arguments::flags() const {
  std::vector<std::string> names;
  for (const auto& [name, values] : flags_) names.push_back(name);
  return names;
}

}  // namespace pigeonhub::cli
