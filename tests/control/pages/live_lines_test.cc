// SPDX-License-Identifier: Apache-2.0

#include "control/pages/live_lines.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace pigeonhub {
namespace {

PeerId Id(char digit) { return *PeerId::Parse(std::string(40, digit)); }
SharedText Name(std::string name) { return std::make_shared<const std::string>(std::move(name)); }

// Seconds since noon.
std::string TimeText(UnixMillis at) {
  const std::string seconds = std::to_string(at / 1000);
  return "12:00:" + std::string(2 - seconds.size(), '0') + seconds;
}

class LiveLinesTest : public testing::Test {
 protected:
  void On(EventBody body) {
    for (const std::string& line :
         lines_.On({.seq = 1, .unix_ms = now_, .body = std::move(body)})) {
      text_ += line + '\n';
    }
  }
  void Come(char peer, std::string room) { On(PeerAnnounced{Id(peer), Name(std::move(room))}); }
  void Leave(char peer, Reason reason, uint16_t code = 1006) {
    PeerDisconnected event;
    event.peer = Id(peer);
    event.reason = reason;
    event.code = code;
    On(std::move(event));
  }
  void Refuse(std::string peer, Reason reason, uint64_t count = 1) {
    On(PeerRefused{std::move(peer), "127.0.0.1", reason, count});
  }
  void Explain(char peer, char other, PairOutcome outcome,
               std::optional<FindingCode> because = {}) {
    Explanation explanation;
    explanation.outcome = outcome;
    explanation.because = because;
    const std::string line = lines_.Explained({Id(peer), Id(other)}, explanation, now_);
    if (!line.empty()) text_ += line + '\n';
  }

  LiveLines lines_{TimeText, /*colour=*/false};
  UnixMillis now_ = 1000;
  std::string text_;
};

TEST_F(LiveLinesTest, TellTheStoryOfAnAfternoon) {
  Come('a', "chat");
  Come('b', "chat");
  now_ += 164;
  On(PairConnected{Id('b'), Id('a'), nullptr});
  On(PairConnected{Id('a'), Id('b'), nullptr});  // the other end reports it, too
  now_ = 3000;
  Come('c', "Chat");
  Come('c', "Chat");  // announces again
  Come('d', "chat");
  Refuse(std::string(40, 'a'), Reason::kPeerAlreadyConnected, 11);
  Refuse("", Reason::kTlsOnPlainPort);
  Refuse("bad\x1b[2J", Reason::kInvalidPeerId);
  Refuse("", Reason::kTokenExpired);
  now_ = 13000;
  Explain('a', 'd', PairOutcome::kCause, FindingCode::kNoCandidates);
  Explain('b', 'd', PairOutcome::kComplete);
  Explain('a', 'b', PairOutcome::kUnderWay);
  Explain('a', 'b', PairOutcome::kCause, FindingCode::kLeft);
  now_ = 20000;
  Leave('a', Reason::kPeerClosed, 1001);
  Leave('b', Reason::kTransportLost);
  Leave('d', Reason::kGoodbye);
  Leave('c', Reason::kSlowReader, 1013);
  Leave('e', Reason::kPeerClosed, 1000);  // never announced
  Come('f', "a\nb");

  std::ifstream golden(PIGEONHUB_SOURCE_DIR "/tests/control/pages/golden/live_lines.txt");
  const std::string expected{std::istreambuf_iterator<char>(golden), {}};
  EXPECT_EQ(text_, expected);
}

TEST_F(LiveLinesTest, AskForAPairOnceWhenItHadItsTime) {
  Come('a', "chat");
  Come('b', "chat");
  EXPECT_TRUE(lines_.Due(now_ + LiveLines::kTimeToConnect - 1).empty());
  const std::vector<PairQuestion> due = lines_.Due(now_ + LiveLines::kTimeToConnect);
  ASSERT_EQ(due.size(), 1u);
  EXPECT_EQ(due[0].peer, Id('a'));
  EXPECT_EQ(due[0].other, Id('b'));
  EXPECT_TRUE(lines_.Due(now_ + 10 * LiveLines::kTimeToConnect).empty());
}

TEST_F(LiveLinesTest, AskForNobodyWhoConnectedOrLeft) {
  Come('a', "chat");
  Come('b', "chat");
  Come('c', "chat");
  On(PairConnected{Id('a'), Id('b'), nullptr});
  Leave('c', Reason::kPeerClosed);
  EXPECT_TRUE(lines_.Due(now_ + LiveLines::kTimeToConnect).empty());
}

TEST_F(LiveLinesTest, SayNothingOfAMissingOfferWhereNotAllConnectToAll) {
  Come('a', "chat");
  Come('b', "chat");
  Come('c', "chat");
  Explain('a', 'b', PairOutcome::kCause, FindingCode::kNoOffer);
  EXPECT_NE(text_.find("no offer after 10 s"), std::string::npos) << text_;
  text_.clear();
  Come('d', "chat");
  text_.clear();
  Explain('a', 'b', PairOutcome::kCause, FindingCode::kNoOffer);
  EXPECT_EQ(text_, "");
}

TEST_F(LiveLinesTest, HoldNoMoreThanTheyMay) {
  const auto id = [](size_t number) {
    std::string digits = std::to_string(number);
    return *PeerId::Parse(std::string(40 - digits.size(), '0') + digits);
  };
  for (size_t i = 0; i <= LiveLines::kMostMembers; ++i) {
    lines_.On({.seq = 1, .unix_ms = 0, .body = PeerAnnounced{id(i), Name("big")}});
  }
  EXPECT_TRUE(
      lines_.On({.seq = 1, .unix_ms = 0, .body = PeerAnnounced{Id('a'), Name("x")}}).empty())
      << "the table is full";
  EXPECT_EQ(lines_.Due(LiveLines::kTimeToConnect).size(), LiveLines::kMostPairs);
}

TEST(LiveLines, ColourWhatIsWrongAlone) {
  LiveLines lines(TimeText, /*colour=*/true);
  const auto shown = [&](EventBody body) { return lines.On({1, 0, std::move(body)}).front(); };
  EXPECT_EQ(shown(PeerAnnounced{Id('a'), Name("chat")}).find('\x1b'), std::string::npos);
  EXPECT_NE(shown(PeerAnnounced{Id('b'), Name("Chat")}).find("\x1b[33m!\x1b[0m"),
            std::string::npos);
  EXPECT_NE(shown(PeerRefused{"", "::1", Reason::kInvalidPeerId, 1}).find("\x1b[31mx\x1b[0m"),
            std::string::npos);
}

}  // namespace
}  // namespace pigeonhub
