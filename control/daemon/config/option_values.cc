// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/option_values.h"

#include <charconv>

#include "server/base/duration.h"
#include "server/base/size.h"

namespace pigeonhub {

absl::Status Bad(std::string_view value, std::string_view why) {
  return absl::InvalidArgumentError(Shown(value) + " " + std::string(why));
}

absl::Status ParseWholeNumber(const std::string& text, uint64_t low, uint64_t high, uint64_t& out,
                              std::string_view noun) {
  const std::string remedy = "; give " + std::string(noun) + " from " + std::to_string(low) +
                             " to " + std::to_string(high);
  const size_t first_digit = text.starts_with('-') ? 1 : 0;
  if (first_digit == text.size() ||
      text.find_first_not_of("0123456789", first_digit) != std::string::npos) {
    return Bad(text, "is not a whole number" + remedy);
  }
  uint64_t value = 0;
  const std::errc error = std::from_chars(text.data(), text.data() + text.size(), value).ec;
  if (error != std::errc() || value < low || value > high) {
    return Bad(text, "is out of range" + remedy);
  }
  out = value;
  return absl::OkStatus();
}

absl::Status ParseSizeNumber(const std::string& text, uint64_t low, uint64_t high, uint64_t& out) {
  const auto value = ParseSize(text);
  if (!value) {
    return Bad(text, "is not a size (such as 64KiB, 1MiB, 2MB; a plain number is bytes)");
  }
  if (*value < low || *value > high) {
    return Bad(text, "is not between " + FormatSize(low) + " and " + FormatSize(high));
  }
  out = *value;
  return absl::OkStatus();
}

std::string PrintSize(uint64_t bytes) {
  const std::string text = FormatSize(bytes);
  return text == std::to_string(bytes) ? text : Quoted(text);
}

absl::Status ParseDurationValue(const std::string& text, Duration low, Duration high,
                                Duration& out) {
  const auto value = ParseDuration(text, PlainNumber::kMilliseconds);
  if (!value) {
    return Bad(text,
               "is not a duration (such as 5s, 250ms, 1m30s; a plain number is milliseconds)");
  }
  if (*value < low || *value > high) {
    return Bad(text, "is not between " + FormatDuration(low) + " and " + FormatDuration(high));
  }
  out = *value;
  return absl::OkStatus();
}

absl::Status ParseSwitch(const std::string& text, bool& out) {
  constexpr std::pair<std::string_view, bool> kWords[] = {
      {"true", true},   {"1", true},  {"yes", true}, {"on", true},
      {"false", false}, {"0", false}, {"no", false}, {"off", false},
  };
  for (const auto& [word, value] : kWords) {
    if (!EqualsIgnoringCase(text, word)) continue;
    out = value;
    return absl::OkStatus();
  }
  return Bad(text, "is neither true nor false");
}

absl::Status ParseListenAddress(const std::string& text, std::string_view form,
                                std::optional<HostPort>& out) {
  auto address = HostPort::Parse(text, form);
  if (!address.ok()) return address.status();
  if (auto status = HostPort::CheckListenHost(address->host); !status.ok()) return status;
  out = *std::move(address);
  return absl::OkStatus();
}

std::string PrintListenAddress(const std::optional<HostPort>& address) {
  return address ? Quoted(address->text()) : std::string();
}

absl::Status ParseRateValue(const std::string& text, RateOf what, std::optional<Rate>& out) {
  auto rate = ParseRate(text, what);
  if (!rate.ok()) return rate.status();
  out = *rate;
  return absl::OkStatus();
}

std::string PrintRate(const std::optional<Rate>& rate, RateOf what) {
  return rate.has_value() ? Quoted(FormatRate(*rate, what)) : std::string();
}

absl::Status ParsePath(const std::string& text, std::string& out) {
  if (text.empty() || text.find('\0') != std::string::npos) return Bad(text, "is not a file name");
  out = text;
  return absl::OkStatus();
}

std::string PrintQuotedUnlessEmpty(const std::string& text) {
  return text.empty() ? std::string() : Quoted(text);
}

absl::Status ParseEach(const Values& values,
                       absl::Status (*parse)(const std::string&, std::string&),
                       std::vector<std::string>& out) {
  std::vector<std::string> parsed(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (auto status = parse(values[i], parsed[i]); !status.ok()) return status;
  }
  out = std::move(parsed);
  return absl::OkStatus();
}

std::string PrintTexts(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += ", ";
    list += Quoted(text);
  }
  return list + "]";
}

}  // namespace pigeonhub
