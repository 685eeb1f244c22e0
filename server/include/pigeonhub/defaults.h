// SPDX-License-Identifier: Apache-2.0

// Default values that the program pigeonhub, embedders and the hub itself share.

#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "pigeonhub/rate.h"
#include "pigeonhub/time.h"

namespace pigeonhub {

inline constexpr char kDefaultHubMeshNamespace[] = "pigeonhub-mesh";
inline constexpr size_t kDefaultMaxConnections = 1000;
inline constexpr size_t kDefaultMaxMessageSize = size_t{1024} * 1024;  // bytes
inline constexpr size_t kDefaultLinkQueue = size_t{8} << 20;           // bytes
inline constexpr size_t kDefaultDiscoveryLimit = 64;
// A client does not notice it: 500 members may be told 16 KiB eight times at once.
inline constexpr Rate kDefaultFanoutRate{.amount = 8 << 20, .burst = 64 << 20};
// Neither does it notice these: meeting 60 others at once takes it some 700 messages in 10 s.
inline constexpr Rate kDefaultMessageRate{.amount = 100, .burst = 500};
inline constexpr Rate kDefaultByteRate{.amount = 1 << 20, .burst = 4 << 20};
inline constexpr Rate kDefaultAnnounceRate{.amount = 1, .burst = 10};
// A class of thirty that opens its pages at once behind one address stays below it.
inline constexpr Rate kDefaultAddressRate{.amount = 20, .burst = 100};
inline constexpr Rate kDefaultAuthFailureRate{
    .amount = 10, .per = std::chrono::minutes(30), .burst = 10};
inline constexpr Rate kDefaultHubRegistrationRate{.amount = 1, .burst = 5};
// One line has such a network to itself (RFC 6177).
inline constexpr unsigned kDefaultIpv6Prefix = 64;
inline constexpr Duration kDefaultTokenLeeway = std::chrono::seconds(60);
inline constexpr size_t kDefaultHubMeshMaxPeers = 3;
inline constexpr unsigned kDefaultMaxReconnectAttempts = 10;
inline constexpr Duration kDefaultReconnectInterval = std::chrono::seconds(5);
inline constexpr Duration kDefaultCleanupInterval = std::chrono::seconds(30);
inline constexpr char kDefaultNatsSubject[] = "pigeonhub";
inline constexpr Duration kDefaultNatsGrace = std::chrono::seconds(60);
inline std::vector<std::string> DefaultCapabilities() { return {"signaling", "relay"}; }

}  // namespace pigeonhub
