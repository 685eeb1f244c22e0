// SPDX-License-Identifier: Apache-2.0

#include "server/core/reason.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pigeonhub {
namespace {

Reason Nth(size_t i) { return static_cast<Reason>(i); }

TEST(Reason, HasANameOfItsOwnThatDashboardsCanRelyOn) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kReasonCount; ++i) {
    const std::string_view name = ReasonName(Nth(i));
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"), name.npos) << name;
  }
}

TEST(Reason, ClosesWithWhatTheReferenceSays) {
  const auto expect = [](Reason reason, uint16_t code, std::string_view text) {
    EXPECT_EQ(CloseFrameFor(reason).code, code) << ReasonName(reason);
    EXPECT_EQ(CloseFrameFor(reason).text, text) << ReasonName(reason);
  };
  expect(Reason::kInvalidPeerId, 1008, "Invalid peerId format");
  expect(Reason::kPeerAlreadyConnected, 1008, "Peer already connected");
  expect(Reason::kMaximumConnections, 1008, "Maximum connections reached");
  expect(Reason::kServerShutdown, 1000, "Server shutting down");
  expect(Reason::kMessageTooBig, 1009, "");
  expect(Reason::kInvalidUtf8, 1007, "");
}

TEST(Reason, ClosesAsTheDecisionsSay) {
  EXPECT_EQ(CloseFrameFor(Reason::kGoodbye).code, 1000);
  EXPECT_EQ(CloseFrameFor(Reason::kAnnounceTimeout).code, 1008);
  EXPECT_EQ(CloseFrameFor(Reason::kAnnounceTimeout).text, "Announce timeout");
  EXPECT_EQ(CloseFrameFor(Reason::kSlowReader).code, 1013);
  EXPECT_EQ(CloseFrameFor(Reason::kSlowMessage).code, 1008);
  EXPECT_EQ(CloseFrameFor(Reason::kDraining).code, 1001);
}

TEST(Reason, LeadsDevelopersToAPageWhereTheyCanHelpThemselves) {
  EXPECT_EQ(HelpPage(Reason::kPeerAlreadyConnected), "docs/app-developers.md#two-tabs-one-id");
  EXPECT_EQ(HelpPage(Reason::kTokenRevoked), "docs/app-developers.md#token");
  EXPECT_EQ(HelpPage(Reason::kMemoryLimit), "") << "nobody but the operator can help";
  for (size_t i = 0; i < kReasonCount; ++i) {
    const std::string_view page = HelpPage(Nth(i));
    EXPECT_TRUE(page.empty() || page.starts_with("docs/app-developers.md#")) << ReasonName(Nth(i));
  }
}

TEST(Reason, SaysWhatWentWrongWithThePage) {
  EXPECT_EQ(WithHelp("the network is full.", Reason::kNamespaceFull),
            "the network is full; see docs/app-developers.md#rooms");
  EXPECT_EQ(WithHelp("no memory.", Reason::kMemoryLimit), "no memory.");
}

TEST(Reason, FitsACloseFrameAndOnlySendsCodesThatMayBeSent) {
  for (size_t i = 0; i < kReasonCount; ++i) {
    const CloseFrame frame = CloseFrameFor(Nth(i));
    EXPECT_LE(frame.text.size(), 123u);
    if (frame.code == 0) {
      EXPECT_EQ(frame.text, "");
      continue;
    }
    EXPECT_GE(frame.code, 1000);
    EXPECT_LE(frame.code, 1014);
    EXPECT_NE(frame.code, 1005);
    EXPECT_NE(frame.code, 1006);
  }
}

TEST(Reason, IsALimitWhereAnOperatorCouldRaiseOne) {
  EXPECT_TRUE(IsLimit(Reason::kMaximumConnections));
  EXPECT_TRUE(IsLimit(Reason::kNamespaceFull));
  EXPECT_TRUE(IsLimit(Reason::kRemoteTableFull));
  EXPECT_FALSE(IsLimit(Reason::kPeerClosed));
  EXPECT_FALSE(IsLimit(Reason::kUnroutable));
}

TEST(Reason, TellsWhatEndsAPeerFromWhatTurnsSomethingAway) {
  for (Reason ends : {Reason::kPeerClosed, Reason::kGoodbye, Reason::kAnnounceTimeout,
                      Reason::kDraining, Reason::kInternalError, Reason::kSlowMessage,
                      Reason::kRateLimit, Reason::kTokenExpired, Reason::kBanned}) {
    EXPECT_TRUE(EndsPeer(ends)) << ReasonName(ends);
  }
  for (Reason refuses : {Reason::kInvalidPeerId, Reason::kMaximumConnections,
                         Reason::kHandshakeTimeout, Reason::kSignalUnknownTarget}) {
    EXPECT_FALSE(EndsPeer(refuses)) << ReasonName(refuses);
  }
}

TEST(Reason, TellsWhatTurnsAPeerAwayFromWhatTurnsAMessageAway) {
  for (Reason refuses : {Reason::kInvalidPeerId, Reason::kMaximumConnections, Reason::kDraining,
                         Reason::kHandshakeTimeout, Reason::kNotAdmitted, Reason::kHubIdReserved}) {
    EXPECT_TRUE(RefusesPeer(refuses)) << ReasonName(refuses);
  }
  for (Reason other : {Reason::kSignalUnknownTarget, Reason::kSlowMessage, Reason::kGoodbye}) {
    EXPECT_FALSE(RefusesPeer(other)) << ReasonName(other);
  }
}

}  // namespace
}  // namespace pigeonhub
