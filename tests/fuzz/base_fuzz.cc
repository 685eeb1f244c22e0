// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as what people write into flags and hubs tell each other: URLs, addresses, durations,
// sizes, digits, and text to be shown.
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/base/address.h"
#include "server/base/characters.h"
#include "server/base/duration.h"
#include "server/base/hex.h"
#include "server/base/json_writer.h"
#include "server/base/nats_url.h"
#include "server/base/size.h"
#include "server/base/websocket_url.h"
#include "tests/fuzz/require.h"

namespace pigeonhub {
namespace {

void ReadUrl(std::string_view text) {
  const auto url = WebSocketUrl::Parse(text);
  if (!url.ok()) return;
  for (const char c : url->authority() + url->target) REQUIRE(c > ' ' && c < 0x7F);
  REQUIRE(!url->host.empty() && url->port != 0 && url->target.starts_with('/'));
  const auto again = WebSocketUrl::Parse(url->text());
  REQUIRE(again.ok() && *again == *url && again->text() == url->text());
}

void ReadNatsUrl(std::string_view text) {
  const auto url = NatsUrl::Parse(text);
  if (!url.ok()) return;
  REQUIRE(!url->host.empty() && url->port != 0);
  const auto again = NatsUrl::Parse(url->address());
  REQUIRE(again.ok() && again->user.empty() && again->address() == url->address());
}

void ReadAddress(std::string_view text) {
  if (IsLoopback(text) || IsUnspecified(text)) {
    REQUIRE(BlockOf(text) == AddressBlock::kThisMachine);
  }
  if (const auto network = AddressNetwork::Parse(text)) {
    REQUIRE(network->Contains(text.substr(0, text.find('/'))));
  }
  if (const auto canonical = CanonicalAddress(text)) {
    REQUIRE(CanonicalAddress(*canonical) == canonical && IsSameHost(text, *canonical));
  }
  REQUIRE(!(IsLoopback(text) && IsUnspecified(text)));
  const auto parts = SplitHostAndPort(text);
  if (!parts || !parts->port) return;
  if (const auto port = ParsePort(*parts->port)) {
    const std::string joined = JoinHostAndPort(parts->host, *port);
    const auto again = SplitHostAndPort(joined);
    if (parts->host.find_first_of("[]") == std::string_view::npos) {
      REQUIRE(again.has_value() && again->host == parts->host && ParsePort(*again->port) == port);
    }
  }
}

void ReadQuantities(std::string_view text) {
  for (const PlainNumber plain : {PlainNumber::kRefused, PlainNumber::kMilliseconds}) {
    const auto duration = ParseDuration(text, plain);
    if (!duration) continue;
    REQUIRE(duration->count() >= 0);
    REQUIRE(ParseDuration(FormatDuration(*duration), PlainNumber::kMilliseconds) == duration);
  }
  if (const auto size = ParseSize(text)) REQUIRE(ParseSize(FormatSize(*size)) == size);
  if (const auto bytes = FromHex(text)) REQUIRE(FromHex(ToHex(*bytes)) == bytes);
}

void WriteText(std::string_view text) {
  std::string json;
  JsonWriter(json).String(text);
  std::string shown;
  JsonWriter(shown).Shown(text, text.size() / 2);
  simdjson::dom::parser parser;
  for (const std::string& written : {json, shown}) {
    std::string_view read;
    REQUIRE(parser.parse(written).get(read) == simdjson::SUCCESS);
  }
  REQUIRE(Displayable(Displayable(text)) == Displayable(text));
}

}  // namespace
}  // namespace pigeonhub

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  pigeonhub::ReadUrl(text);
  pigeonhub::ReadNatsUrl(text);
  pigeonhub::ReadAddress(text);
  pigeonhub::ReadQuantities(text);
  pigeonhub::WriteText(text);
  return 0;
}
