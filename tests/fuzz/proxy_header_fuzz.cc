// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a header of the PROXY protocol.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/base/address.h"
#include "server/base/proxy_header.h"
#include "tests/fuzz/require.h"

namespace pigeonhub {
namespace {

using Status = ProxyHeader::Status;

// What is read of the whole is what is read of it piece by piece.
void ReadPieces(std::string_view bytes) {
  const ProxyHeader whole = ReadProxyHeader(bytes);
  for (size_t size = 0; size <= bytes.size(); ++size) {
    const ProxyHeader part = ReadProxyHeader(bytes.substr(0, size));
    if (part.status == Status::kIncomplete) continue;
    REQUIRE(part.status == whole.status && part.size == whole.size);
    REQUIRE(part.client == whole.client && part.is_local == whole.is_local);
  }
  if (whole.status == Status::kIncomplete) REQUIRE(bytes.size() < kLongestProxyHeader);
  if (whole.status != Status::kComplete) return;
  REQUIRE(whole.size <= bytes.size() && whole.size <= kLongestProxyHeader);
  if (whole.client.empty()) return;
  REQUIRE(!whole.is_local && CanonicalAddress(whole.client) == whole.client);
}

}  // namespace
}  // namespace pigeonhub

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  pigeonhub::ReadPieces({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
