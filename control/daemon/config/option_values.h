// SPDX-License-Identifier: Apache-2.0
//
// Values that options of several groups take. What one group alone takes is in its file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "pigeonhub/host_port.h"
#include "server/base/text.h"
#include "server/core/rate.h"
#include "server/core/time.h"

namespace pigeonhub {

using Values = std::vector<std::string>;

// The error of an option for a value that it does not accept.
absl::Status Bad(std::string_view value, std::string_view why);

// A whole number from `low` to `high`.
absl::Status ParseWholeNumber(const std::string& text, uint64_t low, uint64_t high, uint64_t& out,
                              std::string_view noun);

// Like ParseWholeNumber, for an integer of any size or an optional of one.
template <typename T>
absl::Status ParseNumber(const std::string& text, uint64_t low, uint64_t high, T& out,
                         std::string_view noun = "a number") {
  uint64_t value = 0;
  if (auto status = ParseWholeNumber(text, low, high, value, noun); !status.ok()) return status;
  if constexpr (std::is_integral_v<T>) {
    out = static_cast<T>(value);
  } else {
    out = static_cast<typename T::value_type>(value);
  }
  return absl::OkStatus();
}

absl::Status ParseSizeNumber(const std::string& text, uint64_t low, uint64_t high, uint64_t& out);

// Like ParseSizeNumber, for any integer or an optional of one.
template <typename T>
absl::Status ParseSizeValue(const std::string& text, uint64_t low, uint64_t high, T& out) {
  uint64_t value = 0;
  if (auto status = ParseSizeNumber(text, low, high, value); !status.ok()) return status;
  out = value;
  return absl::OkStatus();
}

std::string PrintSize(uint64_t bytes);
template <typename T>
std::string PrintSize(const std::optional<T>& bytes) {
  return bytes.has_value() ? PrintSize(*bytes) : std::string();
}

absl::Status ParseDurationValue(const std::string& text, Duration low, Duration high,
                                Duration& out);

// One of `choices`, which are pairs of a name and what it stands for. Case does not matter.
absl::Status ParseChoice(const std::string& text, const auto& choices, auto& out) {
  std::string names;
  for (const auto& [name, value] : choices) {
    if (EqualsIgnoringCase(name, text)) {
      out = value;
      return absl::OkStatus();
    }
    if (!names.empty()) names += ", ";
    names += name;
  }
  return Bad(text, "is none of " + names);
}

std::string PrintChoice(const auto& choices, auto chosen) {
  for (const auto& [name, value] : choices) {
    if (value == chosen) return Quoted(name);
  }
  return {};
}

// true, yes, on, 1 and their opposites. Case does not matter.
absl::Status ParseSwitch(const std::string& text, bool& out);

// An address to listen on, host:port. `form` names what an option takes.
absl::Status ParseListenAddress(const std::string& text, std::string_view form,
                                std::optional<HostPort>& out);

std::string PrintListenAddress(const std::optional<HostPort>& address);

absl::Status ParseRateValue(const std::string& text, RateOf what, std::optional<Rate>& out);

// Empty where there is none.
std::string PrintRate(const std::optional<Rate>& rate, RateOf what);

absl::Status ParsePath(const std::string& text, std::string& out);

std::string PrintQuotedUnlessEmpty(const std::string& text);

// Parses each of a list of texts. The first error is the answer.
absl::Status ParseEach(const Values& values,
                       absl::Status (*parse)(const std::string&, std::string&),
                       std::vector<std::string>& out);

// As a list of TOML.
std::string PrintTexts(const std::vector<std::string>& texts);

}  // namespace pigeonhub
