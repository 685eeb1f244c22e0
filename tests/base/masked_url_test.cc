// SPDX-License-Identifier: Apache-2.0

#include "server/base/masked_url.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace pigeonhub {
namespace {

TEST(MaskedUrl, LeavesAddressesAlone) {
  for (const char* url :
       {"", "ws://hub", "ws://hub:3000", "wss://hub.example/path/@room", "ws://[::1]:3000/",
        "ws://[fe80::1]", "wss://hub:443/a/b.c?", "not a url", "wss://hub/sixteen-letters."}) {
    EXPECT_EQ(MaskedUrl(url), url);
  }
}

TEST(MaskedUrl, HidesWhatMayBeSecret) {
  const std::pair<const char*, const char*> urls[] = {
      {"ws://ada:s3cret@hub:3000/x", "ws://***@hub:3000/x"},
      {"wss://s3cret@hub", "wss://***@hub"},
      {"ws://ada:s3@cret@[::1]:3000", "ws://***@[::1]:3000"},
      {"ws://hub?secret=s3cret", "ws://hub?secret=***"},
      {"ws://hub/p?a=1&token=s3cret&b", "ws://hub/p?a=***&token=***&***"},
      {"ws://hub?s3cret", "ws://hub?***"},
      {"ws://hub?a=s3=cret?", "ws://hub?a=***"},
      {"ws://hub?mail=a@b", "ws://hub?mail=***"},
      {"ws://hub?=s3cret&&x=", "ws://hub?=***&&***"},
      {"ws://hub?czNjcmV0==", "ws://hub?***"},
      {"ws://hub?a=1;s3cret;b=2", "ws://hub?a=***;***;b=***"},
      {"ws://hub?a-name-that-is-no-name=1", "ws://hub?***=***"},
      {"ws://hub/a;s3cret", "ws://hub/a;***"},
      {"ws://hub/a;k=s3cret/b;c/d", "ws://hub/a;***/b;***/d"},
      {"ws://hub/a%3Bs3cret", "ws://hub/a;***"},
      {"ws://hub/token=s3cret/b", "ws://hub/token=***/b"},
      {"ws://hub/token%3ds3cret", "ws://hub/token;***"},
      {"ws://hub;s3cret", "ws://hub;***"},
      {"ws://hub/sixteen-letters-and-more/x", "ws://hub/***/x"},
      {"ws://hub/a/0123456789abcdef0?x=1#f", "ws://hub/a/***?x=***#***"},
      {"ws://hub#s3cret", "ws://hub#***"},
      {"ws://hub?a=1#s3cret", "ws://hub?a=***#***"},
      {"ws://hub#?s3cret", "ws://hub#***"},
      {"ws://ada:s3cret@hub?token=s3cret", "ws://***@hub?token=***"},
  };
  for (const auto& [url, masked] : urls) EXPECT_EQ(MaskedUrl(url), masked) << url;
}

TEST(MaskedUrl, HidesItInWhatIsNoProperUrl) {
  for (const char* url :
       {"http://ada:s3cret@hub", "ada:s3cret@hub", "ws:/ada:s3cret@hub", "ws://ada:s3cret/x@hub",
        "ws://ada:s3cret?x@hub", "ws://ada:s3cret#x@hub", "hub?token=s3cret", "ws://?s3cret",
        "ws://hub\n?token=s3cret", "//ada:s3cret@hub"}) {
    EXPECT_EQ(MaskedUrl(url).find("s3cret"), std::string::npos) << MaskedUrl(url);
  }
}

TEST(MaskedUrl, IsTheSameWhenMaskedAgain) {
  for (const char* url : {"ws://ada:s3cret@hub:3000/x?a=b&c#d", "ws://hub?a&b", "ws://a:b/c@d",
                          "ws://h/a;b/c=d/eeeeeeeeeeeeeeeee?f;g="}) {
    EXPECT_EQ(MaskedUrl(MaskedUrl(url)), MaskedUrl(url));
  }
}

}  // namespace
}  // namespace pigeonhub
