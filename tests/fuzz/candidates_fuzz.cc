// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as the data of a signal: what is counted agrees with itself, and what is behind it does
// not change what was counted before.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/wire/candidates.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace pigeonhub;
  // A buffer of just this size, so that a sanitizer sees what is read behind it.
  const std::string data(reinterpret_cast<const char*>(bytes), size);
  const CandidateTally tally = wire::CountCandidates(SignalType::kOffer, data);
  const int all = tally.host + tally.mdns + tally.srflx + tally.relay;
  REQUIRE(all <= 64);
  REQUIRE(tally.v4 + tally.v6 + tally.mdns <= all + tally.mdns);
  REQUIRE(tally.udp + tally.tcp <= all);
  REQUIRE(tally.empty() == (all == 0));
  REQUIRE(!tally.several_mappings() || tally.srflx > 1);
  REQUIRE(tally == wire::CountCandidates(SignalType::kOffer, data + "\""));
  const CandidateTally one = wire::CountCandidates(SignalType::kIceCandidate, data);
  REQUIRE(one.host <= tally.host && one.mdns <= tally.mdns && one.relay <= tally.relay);
  REQUIRE(one.host + one.mdns + one.srflx + one.relay <= 1);
  return 0;
}
