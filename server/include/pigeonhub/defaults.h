// SPDX-License-Identifier: Apache-2.0

// Default values that the program pigeonhub, embedders and the hub itself share.

#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "pigeonhub/byte_rate.h"
#include "pigeonhub/time.h"

namespace pigeonhub {

inline constexpr char kDefaultHubMeshNamespace[] = "pigeonhub-mesh";
inline constexpr size_t kDefaultMaxConnections = 1000;
inline constexpr size_t kDefaultMaxMessageSize = size_t{1024} * 1024;  // bytes
inline constexpr size_t kDefaultLinkQueue = size_t{8} << 20;           // bytes
inline constexpr size_t kDefaultDiscoveryLimit = 64;
// A client does not notice it: 500 members may be told 16 KiB eight times at once.
inline constexpr ByteRate kDefaultFanoutRate{.per_second = 8 << 20, .burst = 64 << 20};
inline constexpr size_t kDefaultHubMeshMaxPeers = 3;
inline constexpr unsigned kDefaultMaxReconnectAttempts = 10;
inline constexpr Duration kDefaultReconnectInterval = std::chrono::seconds(5);
inline constexpr Duration kDefaultCleanupInterval = std::chrono::seconds(30);
inline std::vector<std::string> DefaultCapabilities() { return {"signaling", "relay"}; }

}  // namespace pigeonhub
