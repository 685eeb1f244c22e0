// SPDX-License-Identifier: Apache-2.0

#include "control/pages/live_lines.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

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

  LiveLines lines_{TimeText, {}};
  UnixMillis now_ = 1000;
  std::string text_;
};

TEST_F(LiveLinesTest, TellTheStoryOfAnAfternoon) {
  Come('a', "chat");
  Come('b', "chat");
  now_ += 164;
  On(PairConnected{Id('b'), Id('a'), nullptr, 1, {}, 27ms});
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

TEST_F(LiveLinesTest, TellThatAPairFailedAndTriesAgain) {
  Come('a', "chat");
  Come('b', "chat");
  text_.clear();
  now_ = 16'000;
  On(PairFailed{Id('a'),
                Id('b'),
                nullptr,
                1,
                {.ms = 15'000,
                 .kind = PairReport::Kind::kFailed,
                 .local = PairReport::Candidate::kHost,
                 .remote = PairReport::Candidate::kRelay,
                 .protocol = PairReport::Protocol::kUdp}});
  Explain('a', 'b', PairOutcome::kCause, FindingCode::kFailed);  // nothing new
  now_ = 29'000;
  On(PairRetried{Id('a'), Id('b'), nullptr, 1, 28s});
  now_ = 29'300;
  On(PairConnected{Id('b'), Id('a'), nullptr});
  now_ = 40'000;
  On(PairFailed{Id('a'), Id('b'), nullptr, 3, {.kind = PairReport::Kind::kLost}});
  EXPECT_EQ(text_,
            "12:00:16  ! aaaaaaaa  bbbbbbbb  connection failed (reported), after 15000 ms, host to "
            "relay over udp. A client reported that its attempt to connect to the other one "
            "failed. (pigeonctl errors PH-E28)\n"
            "12:00:29  ! aaaaaaaa  bbbbbbbb  tries again after 28 s: the first attempt failed (ICE "
            "pool? see docs/app-developers.md#slow-first-connection)\n"
            "12:00:29  = bbbbbbbb  aaaaaaaa  connected in 300 ms\n"
            "12:00:40  ! aaaaaaaa  bbbbbbbb  connection lost (reported). A client reported that "
            "the two were connected, and that the connection broke. (pigeonctl errors PH-E29)  (3 "
            "times)\n");
}

TEST_F(LiveLinesTest, GiveAPairItsTimeAgainWhenItTriesAgain) {
  Come('a', "chat");
  Come('b', "chat");
  EXPECT_EQ(lines_.Due(now_ + LiveLines::kTimeToConnect).size(), 1u);
  now_ = 29'000;
  On(PairRetried{Id('a'), Id('b'), nullptr, 1, 28s});
  EXPECT_TRUE(lines_.Due(now_ + LiveLines::kTimeToConnect - 1).empty());
  EXPECT_EQ(lines_.Due(now_ + LiveLines::kTimeToConnect).size(), 1u);
}

TEST_F(LiveLinesTest, SayNothingOfPairsOfWhichOneLeft) {
  Come('a', "chat");
  Come('b', "chat");
  Leave('b', Reason::kPeerClosed, 1001);
  text_.clear();
  On(PairFailed{Id('a'), Id('b'), nullptr, 1, {.kind = PairReport::Kind::kLost}});
  EXPECT_EQ(text_, "") << "that is why";
  now_ = 20'000;
  Come('b', "chat");
  text_.clear();
  now_ = 31'000;
  On(PairRetried{Id('b'), Id('a'), nullptr, 1, 15s});
  EXPECT_EQ(text_, "") << "its page was loaded anew, and the first offer was of the old one";
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

TEST(LiveLines, ShowSignalsToWhoWantsToSeeThem) {
  const std::vector<EventBody> signals = {
      SignalRelayed{SignalType::kOffer, Id('a'), Id('b'), Name("chat"), 1234},
      SignalRelayed{SignalType::kAnswer, Id('b'), Id('a'), nullptr, 0, false, 27'900us},
      SignalRelayed{SignalType::kIceCandidate, Id('a'), Id('b'), nullptr, 0, true, 31ms},
      SignalDropped{SignalType::kOffer, Id('a'), Id('c'), nullptr, 0,
                    Reason::kSignalOtherNamespace},
      SignalDropped{SignalType::kAnswer, Id('a'), std::nullopt, nullptr, 0,
                    Reason::kSignalWithoutTarget},
  };
  LiveLines without(TimeText, {});
  LiveLines with(TimeText, {.signals = true});
  std::string text;
  for (const EventBody& signal : signals) {
    EXPECT_TRUE(without.On({1, 1000, signal}).empty());
    for (const std::string& line : with.On({1, 1000, signal})) text += line + '\n';
  }
  EXPECT_EQ(text,
            "12:00:01  > aaaaaaaa  bbbbbbbb  offer\n"
            "12:00:01  > bbbbbbbb  aaaaaaaa  answer after 27 ms\n"
            "12:00:01  > aaaaaaaa  bbbbbbbb  candidate after 31 ms, to another hub\n"
            "12:00:01  ! aaaaaaaa  cccccccc  offer dropped: signal_other_namespace (pigeonctl "
            "errors signal_other_namespace)\n"
            "12:00:01  ! aaaaaaaa            answer dropped: signal_without_target (pigeonctl "
            "errors signal_without_target)\n");
}

TEST(LiveLines, ColourWhatIsWrongAlone) {
  LiveLines lines(TimeText, {.colour = true});
  const auto shown = [&](EventBody body) { return lines.On({1, 0, std::move(body)}).front(); };
  EXPECT_EQ(shown(PeerAnnounced{Id('a'), Name("chat")}).find('\x1b'), std::string::npos);
  EXPECT_NE(shown(PeerAnnounced{Id('b'), Name("Chat")}).find("\x1b[33m!\x1b[0m"),
            std::string::npos);
  EXPECT_NE(shown(PeerRefused{"", "::1", Reason::kInvalidPeerId, 1}).find("\x1b[31mx\x1b[0m"),
            std::string::npos);
}

}  // namespace
}  // namespace pigeonhub
