// SPDX-License-Identifier: Apache-2.0
//
// Where the console port may listen.

#include <gtest/gtest.h>

#include <string>

#include "control/web/web_server.h"

namespace pigeonhub {
namespace {

TEST(ConsoleReach, NeedsTokensAndTlsWhereOthersCanComeIn) {
  const TlsFiles tls{"cert.pem", "key.pem", ""};
  const auto refusal = [](const ConsoleReach& reach, const TlsFiles& files, bool tokens) {
    return std::string(CheckConsoleReach(reach, files, tokens).message());
  };
  EXPECT_EQ(refusal({}, {}, false), "");
  EXPECT_EQ(refusal({.listen = "localhost:0"}, {}, false), "");
  EXPECT_EQ(refusal({.listen = "[::1]:80"}, {}, false), "");
  EXPECT_EQ(refusal({.listen = "0.0.0.0:80"}, tls, false),
            "--console-listen 0.0.0.0:80: others can reach this address, so it needs "
            "--control-tokens to tell who they are");
  EXPECT_EQ(refusal({.listen = "0.0.0.0:80"}, {}, true),
            "--console-listen 0.0.0.0:80: others can reach this address, so it needs "
            "--control-tls-cert and --control-tls-key, or --console-behind-proxy where a proxy has "
            "TLS");
  EXPECT_EQ(refusal({.listen = "0.0.0.0:80"}, tls, true), "");
  EXPECT_EQ(refusal({.listen = "0.0.0.0:80", .behind_proxy = true}, {}, true), "");
  EXPECT_EQ(refusal({.behind_proxy = true}, {}, false),
            "--console-behind-proxy: whoever a proxy sends is known by a token alone, so it needs "
            "--control-tokens");
  EXPECT_NE(refusal({.listen = "unix:/run/x"}, {}, false), "");
}

}  // namespace
}  // namespace pigeonhub
