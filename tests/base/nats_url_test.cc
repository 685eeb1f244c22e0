// SPDX-License-Identifier: Apache-2.0

#include "server/base/nats_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(NatsUrl, IsReadInParts) {
  const auto plain = NatsUrl::Parse("nats://Broker.example");
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(*plain, (NatsUrl{.host = "broker.example", .port = 4222}));
  EXPECT_EQ(plain->address(), "nats://broker.example:4222");

  const auto full = NatsUrl::Parse("TLS://h%40b:p%3Aw:d@[::1]:4443/");
  ASSERT_TRUE(full.ok()) << full.status();
  EXPECT_EQ(
      *full,
      (NatsUrl{.secure = true, .user = "h@b", .password = "p:w:d", .host = "::1", .port = 4443}));
  EXPECT_EQ(full->address(), "tls://[::1]:4443");

  EXPECT_EQ(NatsUrl::Parse("nats://t0ken@127.0.0.1")->user, "t0ken");
  EXPECT_EQ(NatsUrl::Parse("nats://t0ken@127.0.0.1")->password, std::nullopt);
  EXPECT_EQ(NatsUrl::Parse("nats://u:@127.0.0.1")->password, "");
}

TEST(NatsUrl, IsRefusedInOneLineThatTellsNoPassword) {
  for (const char* url : {"",
                          "broker",
                          "broker:4222",
                          "http://secret@b",
                          "ws://secret@b",
                          "nats://",
                          "nats://b:0",
                          "nats://b:70000",
                          "nats://b:x",
                          "nats://@b",
                          "nats://:secret@b",
                          "nats://u:secret%@b",
                          "nats://u:secret%2@b",
                          "nats://u:secret%zz@b",
                          "nats://secret@b/path",
                          "nats://b?x=secret",
                          "nats://b#secret",
                          "nats://b c",
                          "nats://b\n",
                          "nats://ä",
                          "nats://a,nats://b",
                          "nats://secret@",
                          "nats://[b]",
                          "nats://[::1",
                          "nats://::1"}) {
    const auto parsed = NatsUrl::Parse(url);
    ASSERT_FALSE(parsed.ok()) << url;
    const std::string message(parsed.status().message());
    EXPECT_THAT(message, HasSubstr("write nats://host:port or tls://host:port"));
    EXPECT_THAT(message, Not(HasSubstr("secret"))) << message;
  }
}

TEST(NatsSubject, IsMadeOfWords) {
  for (const char* good : {"pigeonhub", "a", "A_b-9", "eu.west.hubs"}) {
    EXPECT_TRUE(IsNatsSubject(good)) << good;
  }
  const std::string longest(64, 'a');
  EXPECT_TRUE(IsNatsSubject(longest));
  EXPECT_FALSE(IsNatsSubject(longest + "a"));
  for (const char* bad : {"", ".", "a.", ".a", "a..b", "a b", "a.>", "*", "$SYS", "a/b", "ä"}) {
    EXPECT_FALSE(IsNatsSubject(bad)) << bad;
  }
}

}  // namespace
}  // namespace pigeonhub
