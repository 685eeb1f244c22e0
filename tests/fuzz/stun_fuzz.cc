// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a message of STUN.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/probe/stun_message.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace pigeonhub::cli;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto message = StunMessage::Parse(text);
  if (!message) return 0;
  REQUIRE(StunMessage::SizeOf(text) == size);
  REQUIRE(message->transaction.size() == 12);
  size_t read = 0;
  for (const auto& [kind, value] : message->attributes) read += value.size();
  REQUIRE(read < size);
  std::string reason;
  REQUIRE(message->error(reason) <= 799);
  for (const auto attribute :
       {StunAttribute::kXorMappedAddress, StunAttribute::kXorRelayedAddress}) {
    REQUIRE(message->address(attribute).size() <= 56);
  }
  return 0;
}
