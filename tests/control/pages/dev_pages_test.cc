// SPDX-License-Identifier: Apache-2.0

#include "control/pages/dev_pages.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/control/pages/asked.h"

namespace pigeonhub {
namespace {

const std::string kFrom = "0123456789abcdef0123456789abcdef01234567";
const std::string kTo = "ABCDEF0123456789abcdef0123456789abcdef01";

TEST(DevPages, DrawATextOfTheQuery) {
  const Response drawn = QrAnswer(Asked("/qr.svg?text=http%3A%2F%2Fa").request());
  EXPECT_EQ(drawn.status, 200);
  EXPECT_EQ(drawn.content_type, "image/svg+xml");
  EXPECT_TRUE(drawn.body.starts_with("<svg ")) << drawn.body;
  EXPECT_EQ(QrAnswer(Asked("/qr.svg").request()).status, 400);
  EXPECT_EQ(QrAnswer(Asked("/qr.svg?text=" + std::string(513, 'a')).request()).status, 400);
}

TEST(DevPages, ReadTwoIds) {
  const auto pair = ParsePairQuestion(Asked("/explain?from=" + kFrom + "&to=" + kTo).request());
  ASSERT_TRUE(pair.ok()) << pair.status();
  EXPECT_EQ(pair->peer.text(), kFrom);
  EXPECT_EQ(pair->other.text(), kTo);
  for (const std::string& query : {std::string(), "?from=" + kFrom, "?from=" + kFrom + "&to=7",
                                   "?from=" + kFrom + "&to=" + kFrom}) {
    EXPECT_FALSE(ParsePairQuestion(Asked("/explain" + query).request()).ok()) << query;
  }
}

TEST(DevPages, WriteWhatWasFound) {
  Explanation explanation;
  explanation.outcome = PairOutcome::kCause;
  explanation.certainty = Certainty::kLikely;
  explanation.because = FindingCode::kOfferDropped;
  explanation.findings = {{.code = FindingCode::kOfferDropped,
                           .is_cause = true,
                           .reason = Reason::kSignalUnknownTarget}};
  EXPECT_EQ(ExplanationJson(explanation),
            "{\"verdict\":{\"code\":\"PH-E11\",\"text\":\"offer dropped\",\"sure\":\"likely\"},"
            "\"findings\":[{\"code\":\"PH-E11\",\"cause\":\"The hub could not deliver the last "
            "offer.\",\"advice\":\"`pigeonctl errors signal_unknown_target` says what its reason "
            "means.\"}]}\n");
}

TEST(DevPages, WriteWhereNothingWasFound) {
  EXPECT_EQ(ExplanationJson({}),
            "{\"verdict\":{\"code\":\"\",\"text\":\"under way, too early to say\",\"sure\":"
            "\"certain\"},\"findings\":[]}\n");
}

TEST(DevPages, TellTheDemoWhereItIs) {
  EXPECT_EQ(DevJson({}, false, ""), "{\"addresses\":[],\"lan\":false}\n");
  EXPECT_EQ(DevJson({"http://192.168.1.5:3000"}, true, "eyJ.a.b"),
            "{\"addresses\":[\"http://192.168.1.5:3000\"],\"lan\":true,\"token\":\"eyJ.a.b\"}\n");
}

}  // namespace
}  // namespace pigeonhub
