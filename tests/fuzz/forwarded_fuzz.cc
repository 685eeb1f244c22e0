// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as Forwarded and as X-Forwarded-For.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/address.h"
#include "server/net/proxy/client_address.h"
#include "server/net/proxy/forwarded.h"
#include "tests/fuzz/require.h"

namespace pigeonhub::net {
namespace {

using TakeHop = std::optional<std::string> (*)(std::string_view& list);

void ReadHops(std::string_view list, TakeHop take) {
  while (!list.empty()) {
    const size_t before = list.size();
    const std::optional<std::string> hop = take(list);
    REQUIRE(list.size() < before);
    if (hop.has_value()) REQUIRE(CanonicalAddress(*hop) == hop);
  }
}

// Whatever a client invents, the hop that the proxy adds to it is read as the proxy wrote it.
void AddHop(std::string_view invented) {
  const TrustedProxies trusted = *TrustedProxies::Parse({"10.0.0.0/8"});
  const std::string list(invented);
  const std::string forwarded = list + ", for=\"[2001:db8::1]:80\";proto=https";
  const std::string x_forwarded_for = list + ", 2001:db8::1";
  REQUIRE(ClientAddress("10.0.0.1", {.forwarded = forwarded}, trusted) == "2001:db8::1");
  REQUIRE(ClientAddress("10.0.0.1", {.x_forwarded_for = x_forwarded_for}, trusted) ==
          "2001:db8::1");
  REQUIRE(ClientAddress("192.0.2.1", {list, list}, trusted) == "192.0.2.1");
}

}  // namespace
}  // namespace pigeonhub::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  pigeonhub::net::ReadHops(text, pigeonhub::net::TakeHopOfForwarded);
  pigeonhub::net::ReadHops(text, pigeonhub::net::TakeHopOfXForwardedFor);
  pigeonhub::net::AddHop(text);
  return 0;
}
