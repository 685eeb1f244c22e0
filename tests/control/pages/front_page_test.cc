// SPDX-License-Identifier: Apache-2.0

#include "control/pages/front_page.h"

#include <gtest/gtest.h>

#include <string>

#include "pigeonhub_version.h"
#include "tests/control/pages/asked.h"

namespace pigeonhub {
namespace {

TEST(FrontPage, BeginsWithTheLineOfTheReferenceAndSaysHowToConnect) {
  const Asked asked("/", {{"Host", "localhost:3000"}});
  const Response answer = FrontPageAnswer({}, asked.request());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/plain");
  EXPECT_EQ(answer.body, "PeerPigeon WebSocket Signaling Server\npigeonhub " +
                             std::string(kVersion) +
                             "\n\n"
                             "Peers:  ws://localhost:3000/?peerId=ID, where ID is 40 hexadecimal "
                             "digits\n"
                             "State:  /health /hubs /livez /readyz\n"
                             "Demo:   start with --dev\n");
  EXPECT_EQ(
      FrontPageAnswer({}, Asked("/no/such/path", {{"Host", "localhost:3000"}}).request()).body,
      answer.body);
}

TEST(FrontPage, NamesWhatIsServed) {
  const Asked asked("/", {{"Host", "hub.example"}});
  const std::string body =
      FrontPageAnswer({.has_client = true, .has_ice = true, .is_dev = true, .secure = true},
                      asked.request())
          .body;
  EXPECT_NE(body.find("wss://hub.example/"), std::string::npos) << body;
  EXPECT_NE(body.find("/client.js"), std::string::npos) << body;
  EXPECT_NE(body.find("/ice"), std::string::npos) << body;
  EXPECT_NE(body.find("Demo:   /demo\n"), std::string::npos) << body;
}

TEST(FrontPage, SaysThatAPathIsWrongWhileOneDevelops) {
  const Response answer = FrontPageAnswer({.is_dev = true}, Asked("/dmeo").request());
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.body, "There is no page /dmeo here; / lists those that are.\n");
}

TEST(FrontPage, RepeatsNothingThatIsNoNameOfAHost) {
  for (const std::string host : {"<script>", "a\nb", ""}) {
    const std::string body = FrontPageAnswer({}, Asked("/", {{"Host", host}}).request()).body;
    EXPECT_NE(body.find("ws://HOST/"), std::string::npos) << body;
  }
}

}  // namespace
}  // namespace pigeonhub
