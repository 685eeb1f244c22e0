// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/host_port.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

TEST(HostPort, ReadsWhatPeopleWriteAndWritesItBack) {
  for (const char* text : {"localhost:9090", "127.0.0.1:0", "[::1]:65535"}) {
    const auto parsed = HostPort::Parse(text, "host:port");
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->text(), text);
  }
  EXPECT_EQ(HostPort::Parse("[::1]:1", "host:port")->host, "::1");
}

TEST(HostPort, SaysInOneLineWhatIsWrong) {
  const auto why = [](const char* text) {
    return std::string(HostPort::Parse(text, "host:port").status().message());
  };
  EXPECT_EQ(why("9090"), "9090 is not host:port");
  EXPECT_EQ(why("::1:9090"), "::1:9090 is not host:port");
  EXPECT_EQ(why("a:b"), "a:b does not end in a port (0 to 65535)");
  EXPECT_EQ(why("a:65536"), "a:65536 does not end in a port (0 to 65535)");
}

}  // namespace
}  // namespace pigeonhub
