// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "tests/cli/fake_server.h"

namespace pigeonhub::cli {

inline constexpr char kFirstPeer[] = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
inline constexpr char kSecondPeer[] = "1111111111111111111111111111111111111111";
inline constexpr char kHub[] = "ffeeddccbbaa99887766554433221100ffeeddcc";
inline constexpr char kOtherHub[] = "00112233445566778899aabbccddeeff00112233";
inline constexpr char kEpoch[] = "c0ffee";

// Makes the server a small hub that always looks the same: two peers, a hub, two namespaces, a few
// events; at 2026-03-01T12:00:00Z, the time that tests take for now.
void ServeSmallHub(FakeServer& server);

}  // namespace pigeonhub::cli
