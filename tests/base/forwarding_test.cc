// SPDX-License-Identifier: Apache-2.0

#include "server/base/forwarding.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

TEST(SaysForwarded, KnowsWhatProxiesAndContentNetworksAdd) {
  for (const char* header : {"Forwarded",
                             "Via",
                             "X-Forwarded-For",
                             "x-forwarded-proto",
                             "X-Forwarded",
                             "X-Real-IP",
                             "x-client-ip",
                             "X-Cluster-Client-IP",
                             "True-Client-IP",
                             "CF-Connecting-IP",
                             "CF-Ray",
                             "Fastly-Client-IP",
                             "Fly-Client-IP",
                             "CDN-Loop",
                             "X-Envoy-External-Address",
                             "X-Original-Host",
                             "X-Amzn-Trace-Id",
                             "X-Azure-ClientIP",
                             "X-ARR-LOG-ID",
                             "X-Remote-Addr"}) {
    EXPECT_TRUE(SaysForwarded(header)) << header;
  }
}

TEST(SaysForwarded, TakesNoClientForAProxy) {
  for (const char* header :
       {"", "Host", "Connection", "Upgrade", "User-Agent", "Accept", "Origin", "Cookie",
        "Authorization", "Sec-WebSocket-Key", "X-Request-Id", "traceparent", "grpc-timeout",
        "grpc-accept-encoding", "DNT", "Referer"}) {
    EXPECT_FALSE(SaysForwarded(header)) << header;
  }
}

TEST(NamesThisMachine, WithOrWithoutAPortInAnySpelling) {
  for (const char* host :
       {"localhost", "LOCALHOST:3000", "127.0.0.1:5", "127.1", "[::1]", "[::1]:5"}) {
    EXPECT_TRUE(NamesThisMachine(host)) << host;
  }
  for (const char* host : {"", "hub.example", "hub.example:3000", "10.0.0.1", "localhost.example",
                           "127.0.0.1.example", "[::2]:5", "localhost:3000:4"}) {
    EXPECT_FALSE(NamesThisMachine(host)) << host;
  }
}

}  // namespace
}  // namespace pigeonhub
