// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "server/wire/target.h"

namespace pigeonhub::wire {
namespace {

TEST(PeerIdOfTarget, ReadsTheFirstPeerIdOfAnyPath) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"/?peerId=abc", "abc"},
      {"/any/path?peerId=abc", "abc"},
      {"?peerId=abc", "abc"},
      {"//?peerId=abc", "abc"},
      {"/?x=1&peerId=abc&y=2", "abc"},
      {"/?peerId=first&peerId=second", "first"},
      {"/?peerId=&peerId=second", ""},
      {"/?peerId&peerId=second", ""},
      {"/?peerId=abc#peerId=def", "abc"},
      {"/#?peerId=abc", ""},
      {"http://host:1/path?peerId=abc", "abc"},
      {"/?a?peerId=abc", "abc"},
      {"/??peerId=abc", "abc"},
      {"/?hubSecret=s?peerId=abc", "abc"},
      {"/?x=1&hubSecret=s?peerId=abc&y=2", "abc"},
      {"/?peerId=abc?peerId=def", "abc"},
      {"/?peerId=abc?x=1", "abc?x=1"},
      {"/?peerId=a=b", "a=b"},
      {"/?peerid=abc", ""},
      {"/?xpeerId=abc", ""},
      {"/?peerId[]=abc", ""},
      {"/?&&=&peerId=abc", "abc"},
      {"/peerId=abc", ""},
  };
  for (const auto& [target, peer] : cases) EXPECT_EQ(PeerIdOfTarget(target), peer) << target;
}

TEST(FieldOfTarget, EndsWhereAReferenceHubAppendsItsId) {
  for (const std::string_view target :
       {"/?hubSecret=s1?peerId=abc", "/?x&hubSecret=s1?peerId=abc", "/?peerId=abc&hubSecret=s1"}) {
    EXPECT_EQ(FieldOfTarget(target, "hubSecret"), "s1") << target;
    EXPECT_EQ(PeerIdOfTarget(target), "abc") << target;
  }
}

TEST(PeerIdOfTarget, DecodesLikeUrlSearchParams) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"/?peerId=%61%62c", "abc"}, {"/?peer%49d=abc", "abc"},     {"/?peerId=a+b%2B", "a b+"},
      {"/?peerId=%zz", "%zz"},     {"/?peerId=%", "%"},           {"/?peerId=%4", "%4"},
      {"/?peerId=%%41", "%A"},     {"/?peerId=%C3%A9", "\u00e9"}, {"/?peerId=%26x%3D", "&x="},
  };
  for (const auto& [target, peer] : cases) EXPECT_EQ(PeerIdOfTarget(target), peer) << target;
  EXPECT_EQ(PeerIdOfTarget("/?peerId=%00"), std::string(1, '\0'));
}

TEST(PeerIdOfTarget, FindsNothingInWhatIsNoTarget) {
  for (const std::string_view target :
       {"", "/", "//", "?", "#", "&", "=", "/?", "/?=", "*", "\xff\xfe", "/?\xff=\xfe"}) {
    EXPECT_EQ(PeerIdOfTarget(target), "") << target;
  }
}

}  // namespace
}  // namespace pigeonhub::wire
