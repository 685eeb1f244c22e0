// SPDX-License-Identifier: Apache-2.0

#include "control/history/event_names.h"

#include "absl/strings/ascii.h"

namespace pigeonhub::history {

std::string EventName(v1::EventKind kind) {
  constexpr std::string_view kPrefix = "EVENT_KIND_";
  const std::string whole = v1::EventKind_Name(kind);
  std::string name;
  bool upper = false;
  for (const char c : whole.substr(std::min(kPrefix.size(), whole.size()))) {
    if (c != '_') name += upper ? c : absl::ascii_tolower(static_cast<unsigned char>(c));
    upper = c == '_';
  }
  return name;
}

std::optional<v1::EventKind> EventNamed(std::string_view name) {
  for (int number = v1::EVENT_KIND_UNSPECIFIED + 1; number < v1::EventKind_ARRAYSIZE; ++number) {
    const auto kind = static_cast<v1::EventKind>(number);
    if (EventName(kind) == name) return kind;
  }
  return std::nullopt;
}

std::vector<std::string> EventNames() {
  std::vector<std::string> names;
  for (int number = v1::EVENT_KIND_UNSPECIFIED + 1; number < v1::EventKind_ARRAYSIZE; ++number) {
    names.push_back(EventName(static_cast<v1::EventKind>(number)));
  }
  return names;
}

}  // namespace pigeonhub::history
