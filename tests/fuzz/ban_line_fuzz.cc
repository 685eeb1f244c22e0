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
  const auto bans = wire::ParseBanLines(text);
  if (!bans.ok()) {
    REQUIRE(std::string(bans.status().message()).starts_with("line "));
    return 0;
  }
  for (const BanRecord& ban : *bans) {
    REQUIRE(*NormalTarget(ban.target) == ban.target);
    REQUIRE(ban.remembered_until >= ban.ends_at && ban.ends_at > 0);
    if (ban.made_at == 0) continue;  // a hub gives it a time before it writes it
    const auto again = wire::ParseBanLine(wire::LineOf(ban));
    REQUIRE(again.ok() && *again == ban);
  }
  return 0;
}
