// SPDX-License-Identifier: Apache-2.0
//
// A line of an event log, and moments as a user types them: both read or refused, and what was read
// is written and read as the same again.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/command/moment.h"
#include "cli/nouns/event_facts.h"
#include "cli/nouns/event_files.h"
#include "cli/nouns/event_text.h"
#include "proto/json/message_json.h"
#include "tests/fuzz/require.h"

namespace pigeonhub::cli {
namespace {

void ReadLine(std::string_view line) {
  const auto item = ParseEventLine(line);
  if (!item.has_value() || !item->has_event()) return;
  FactsOf(item->event());
  EventRow(item->event(), true);
  const std::string written = MessageJson(item->event(), JsonLayout::kOneLine);
  const auto again = ParseEventLine(written);
  REQUIRE(again.has_value());
  REQUIRE(MessageJson(again->event(), JsonLayout::kOneLine) == written);
}

}  // namespace
}  // namespace pigeonhub::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  pigeonhub::cli::ReadLine(text);
  pigeonhub::cli::ParseMoment(text, std::chrono::system_clock::time_point());
  return 0;
}
