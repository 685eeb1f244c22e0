// SPDX-License-Identifier: Apache-2.0

#include "server/wire/masked_json.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub::wire {
namespace {

TEST(WithMaskedUrls, HidesWhatIsSecretInAddresses) {
  const struct {
    std::string json;
    std::string masked;
  } rows[] = {
      {"", ""},
      {R"("port":3000,"x":{})", R"("port":3000,"x":{})"},
      {R"("url":"ws://hub:3000")", R"("url":"ws://hub:3000")"},
      {R"("url":"ws://hub:3000/?hubSecret=s3cret")", R"("url":"ws://hub:3000/?hubSecret=***")"},
      {R"("url":"wss://me:s3cret@hub/")", R"("url":"wss://***@hub/")"},
      {R"("all":[{"a":"ws://a?k=s3cret"},"ws://b?k=s3cret"],"n":1)",
       R"("all":[{"a":"ws://a?k=***"},"ws://b?k=***"],"n":1)"},
      {R"("url":"ws:\/\/hub\u003fk=s3cret")", R"("url":"ws://hub?k=***")"},
      {R"("a":"\"ws://hub?k=s3cret\"","b":"x\\")", R"("a":"\"ws://hub?k=***","b":"x\\")"},
      {R"("why? because=it is":"no address?a=b","\u00e4":"\n")",
       R"("why? because=it is":"no address?a=b","\u00e4":"\n")"},
      {R"("ws://hub?k=s3cret":1)", R"("ws://hub?k=***":1)"},
  };
  for (const auto& row : rows) EXPECT_EQ(WithMaskedUrls(row.json), row.masked);
}

TEST(WithMaskedUrls, HidesWhatCannotBeRead) {
  EXPECT_EQ(WithMaskedUrls(R"("\ud800ws:\/\/hub?k=s3cret")").find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace pigeonhub::wire
