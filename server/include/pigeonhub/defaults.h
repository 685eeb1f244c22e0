// SPDX-License-Identifier: Apache-2.0

// Default values that the program pigeonhub, embedders and the hub itself share.

#pragma once

#include <chrono>
#include <cstddef>

#include "pigeonhub/time.h"

namespace pigeonhub {

inline constexpr char kDefaultHubMeshNamespace[] = "pigeonhub-mesh";
inline constexpr size_t kDefaultMaxConnections = 1000;
inline constexpr size_t kDefaultMaxMessageSize = size_t{1024} * 1024;  // bytes
inline constexpr size_t kDefaultDiscoveryLimit = 64;
inline constexpr size_t kDefaultHubMeshMaxPeers = 3;
inline constexpr unsigned kDefaultMaxReconnectAttempts = 10;
inline constexpr Duration kDefaultReconnectInterval = std::chrono::seconds(5);
inline constexpr Duration kDefaultCleanupInterval = std::chrono::seconds(30);

}  // namespace pigeonhub
