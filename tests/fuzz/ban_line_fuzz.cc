// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a file of bans.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/core/access/ban_rules.h"
#include "server/wire/ban_line.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace pigeonhub;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto lines = wire::ParseBanLines(text, 1'760'000'000'000);
  if (!lines.ok()) {
    REQUIRE(std::string(lines.status().message()).starts_with("line "));
    return 0;
  }
  for (const auto& [line, note] : lines->notes) REQUIRE(line > 0 && note.size() <= 64);
  for (const BanRecord& ban : lines->bans) {
    REQUIRE(*NormalTarget(ban.target) == ban.target);
    REQUIRE(ban.remembered_until >= ban.ends_at && ban.ends_at > 0);
    if (ban.made_at == 0) continue;  // a hub gives it a time before it writes it
    const auto again = wire::ParseBanLine(wire::LineOf(ban));
    REQUIRE(again.ok() && *again == ban);
  }
  return 0;
}
