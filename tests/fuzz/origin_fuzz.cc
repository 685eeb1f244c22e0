// SPDX-License-Identifier: Apache-2.0
//
// Three lines of any bytes: an origin as an operator writes it, one as a browser names it, and the
// host that is asked for.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/base/origin_pattern.h"
#include "tests/fuzz/require.h"

namespace pigeonhub {
namespace {

std::string_view TakeLine(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void Match(std::string_view text, std::string_view origin, std::string_view host) {
  const auto pattern = OriginPattern::Parse(text);
  if (!pattern.ok()) {
    REQUIRE(pattern.status().message().find('\n') == std::string_view::npos);
    return;
  }
  const bool matches = pattern->Matches(origin, host);
  if (pattern->is_any()) REQUIRE(matches);
  if (!pattern->is_exact()) return;
  // It becomes a header.
  for (const char c : pattern->text()) REQUIRE(c > ' ' && c < 0x7F);
  REQUIRE(pattern->Matches(pattern->text(), host));
  const auto again = OriginPattern::Parse(pattern->text());
  REQUIRE(again.ok() && again->text() == pattern->text() &&
          again->Matches(origin, host) == matches);
}

}  // namespace
}  // namespace pigeonhub

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::string_view pattern = pigeonhub::TakeLine(text);
  const std::string_view origin = pigeonhub::TakeLine(text);
  pigeonhub::Match(pattern, origin, text);
  return 0;
}
