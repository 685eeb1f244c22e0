// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as the target of an HTTP request.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/core/ids.h"
#include "server/wire/target.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace pigeonhub;
  const std::string_view target(reinterpret_cast<const char*>(bytes), size);
  const std::string peer = wire::PeerIdOfTarget(target);
  REQUIRE(peer.size() <= target.size());
  if (target.find('?') == std::string_view::npos) REQUIRE(peer.empty());

  // An id is found in front of any query, and nothing behind it changes that.
  const PeerId id;
  const std::string plain = "/?peerId=" + std::string(id.text());
  REQUIRE(wire::PeerIdOfTarget(plain) == id.text());
  REQUIRE(wire::PeerIdOfTarget(plain + "&" + std::string(target)) == id.text());
  REQUIRE(wire::PeerIdOfTarget(plain + "#" + std::string(target)) == id.text());
  return 0;
}
