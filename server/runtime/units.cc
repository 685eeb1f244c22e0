// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/units.h"

#include <charconv>
#include <limits>
#include <span>

#include "server/runtime/text.h"

namespace pigeonhub {
namespace {

struct Unit {
  std::string_view name;
  uint64_t factor;
};

// Largest first, for Format. The empty name is the plain number.
constexpr Unit kDurations[] = {
    {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}, {"", 1},
};
constexpr Unit kSizes[] = {
    {"GiB", 1 << 30},  {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1'000'000'000},
    {"MB", 1'000'000}, {"KB", 1000},     {"B", 1},         {"", 1},
};

std::optional<uint64_t> Parse(std::string_view text, std::span<const Unit> units, uint64_t most) {
  uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc()) return std::nullopt;
  const std::string_view name = text.substr(end - text.data());
  for (const Unit& unit : units) {
    if (!EqualsIgnoringCase(unit.name, name)) continue;
    if (count > most / unit.factor) return std::nullopt;
    return count * unit.factor;
  }
  return std::nullopt;
}

std::string Format(uint64_t count, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (count >= unit.factor && count % unit.factor == 0) {
      return std::to_string(count / unit.factor) + std::string(unit.name);
    }
  }
  return std::to_string(count);
}

}  // namespace

std::optional<Duration> ParseDuration(std::string_view text) {
  constexpr uint64_t kMost = std::numeric_limits<int64_t>::max() / 1'000'000;
  const auto milliseconds = Parse(text, kDurations, kMost);
  if (!milliseconds) return std::nullopt;
  return std::chrono::milliseconds(*milliseconds);
}

std::optional<uint64_t> ParseSize(std::string_view text) {
  return Parse(text, kSizes, std::numeric_limits<uint64_t>::max());
}

std::string FormatDuration(Duration duration) {
  using std::chrono::milliseconds;
  return Format(std::chrono::duration_cast<milliseconds>(duration).count(), kDurations);
}

std::string FormatSize(uint64_t bytes) {
  return Format(bytes, std::span(kSizes).first(3));  // powers of 1024: what most sizes are
}

}  // namespace pigeonhub
