// SPDX-License-Identifier: Apache-2.0

#include "server/base/size.h"

#include <charconv>
#include <limits>
#include <span>

#include "server/base/text.h"

namespace pigeonhub {
namespace {

struct SizeUnit {
  std::string_view name;
  uint64_t bytes;
};

// Those that FormatSize writes come first, the largest before the others.
constexpr SizeUnit kSizeUnits[] = {
    {"GiB", 1 << 30},  {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1'000'000'000},
    {"MB", 1'000'000}, {"KB", 1000},     {"B", 1},         {"", 1},
};
constexpr size_t kWritten = 3;

}  // namespace

std::optional<uint64_t> ParseSize(std::string_view text) {
  uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc()) return std::nullopt;
  const std::string_view name = text.substr(static_cast<size_t>(end - text.data()));
  for (const SizeUnit& unit : kSizeUnits) {
    if (!EqualsIgnoringCase(unit.name, name)) continue;
    if (count > std::numeric_limits<uint64_t>::max() / unit.bytes) return std::nullopt;
    return count * unit.bytes;
  }
  return std::nullopt;
}

std::string FormatSize(uint64_t bytes) {
  for (const SizeUnit& unit : std::span(kSizeUnits).first(kWritten)) {
    if (bytes >= unit.bytes && bytes % unit.bytes == 0) {
      return std::to_string(bytes / unit.bytes).append(unit.name);
    }
  }
  return std::to_string(bytes);
}

}  // namespace pigeonhub
