// SPDX-License-Identifier: Apache-2.0

#include "control/pages/client_files.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "control/web/gzip.h"
#include "tests/control/pages/asked.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kContent = "let pigeon = 1;\n";

class ClientFiles : public testing::Test {
 protected:
  Response Get(Asked::Headers headers) const {
    return FileAnswer(files_, "peers/client.js", Asked("/client.js", std::move(headers)).request());
  }

  const std::string packed_ = Gzip(kContent);
  const std::array<EmbeddedFile, 1> files_ = {
      EmbeddedFile{"peers/client.js", "text/javascript", "\"abc\"", kContent.size(), packed_}};
};

TEST_F(ClientFiles, GoOutPackedToWhoTakesThemSo) {
  const Response answer = Get({{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.content_type, "text/javascript");
  EXPECT_EQ(answer.body, packed_);
  EXPECT_EQ(HeaderOf(answer, "Content-Encoding"), "gzip");
  EXPECT_EQ(HeaderOf(answer, "ETag"), "W/\"abc\"");
  EXPECT_EQ(HeaderOf(answer, "Cache-Control"), "no-cache");
  EXPECT_EQ(HeaderOf(answer, "Vary"), "Accept-Encoding");
}

TEST_F(ClientFiles, AreUnpackedForTheOthers) {
  for (const char* encodings : {"", "br", "gzip;q=0"}) {
    const Response answer = Get({{"Accept-Encoding", encodings}});
    EXPECT_EQ(answer.body, kContent) << encodings;
    EXPECT_EQ(HeaderOf(answer, "Content-Encoding"), "") << encodings;
  }
}

TEST_F(ClientFiles, AreNotSentAgainToWhoHasThem) {
  for (const char* tags : {"\"abc\"", "W/\"abc\"", "\"x\", W/\"abc\"", "*"}) {
    const Response answer = Get({{"If-None-Match", tags}});
    EXPECT_EQ(answer.status, 304) << tags;
    EXPECT_EQ(answer.body, "") << tags;
    EXPECT_EQ(HeaderOf(answer, "ETag"), "W/\"abc\"") << tags;
  }
  EXPECT_EQ(Get({{"If-None-Match", "\"abcd\""}}).status, 200);
}

TEST_F(ClientFiles, SayWhereABuildHasNone) {
  const Response answer = FileAnswer({}, "peers/client.js", Asked("/client.js").request());
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find("PIGEONHUB_CONSOLE"), std::string::npos) << answer.body;
}

}  // namespace
}  // namespace pigeonhub
