// SPDX-License-Identifier: Apache-2.0
#include "server/net/connection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "server/wire/frame.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kPeer[] = "0123456789abcdef0123456789abcdef01234567";

// The two ends of a fake socket's kernel, kept when the socket is gone.
struct Wire {
  std::string incoming;
  bool peer_ended = false;
  bool broken = false;
  size_t room = SIZE_MAX;  // what the kernel still takes

  std::vector<std::string> writes;
  std::string written;
  bool awaits_readable = false;
  bool awaits_writable = false;
  bool send_shut = false;
  bool reset = false;
  bool closed = false;
};

class FakeSocket final : public Socket {
 public:
  explicit FakeSocket(Wire& wire) : wire_(wire) {}
  ~FakeSocket() override { wire_.closed = true; }

  Transfer Read(char* into, size_t size) override {
    if (wire_.broken) return {Status::kFailed};
    const size_t bytes = std::min(size, wire_.incoming.size());
    if (bytes == 0) return {wire_.peer_ended ? Status::kEnded : Status::kBlocked};
    wire_.incoming.copy(into, bytes);
    wire_.incoming.erase(0, bytes);
    return {Status::kMoved, bytes};
  }
  Transfer Write(std::string_view bytes) override {
    if (wire_.broken) return {Status::kFailed};
    bytes = bytes.substr(0, wire_.room);
    if (bytes.empty()) return {Status::kBlocked};
    wire_.room -= bytes.size();
    wire_.writes.emplace_back(bytes);
    wire_.written += bytes;
    return {Status::kMoved, bytes.size()};
  }
  void AwaitReadable() override { wire_.awaits_readable = true; }
  void AwaitWritable() override { wire_.awaits_writable = true; }
  void ShutdownSend() override { wire_.send_shut = true; }
  void ResetOnClose() override { wire_.reset = true; }

 private:
  Wire& wire_;
};

std::string Describe(const Input& input) {
  if (const auto* opened = std::get_if<Opened>(&input)) {
    return "opened " + std::string(opened->peer_id) + " from " + std::string(opened->address);
  }
  if (const auto* received = std::get_if<Received>(&input)) {
    return "received " + std::to_string(received->message.index());
  }
  if (std::holds_alternative<Alive>(input)) return "alive";
  if (std::holds_alternative<WantMore>(input)) return "want more";
  if (const auto* closed = std::get_if<Closed>(&input)) {
    return "closed " + std::string(ReasonName(closed->reason)) + " " +
           std::to_string(closed->code) +
           (closed->text.empty() ? "" : " " + std::string(closed->text));
  }
  if (const auto* refused = std::get_if<Refused>(&input)) {
    return "refused " + std::string(ReasonName(refused->reason));
  }
  return "something else";
}

// One connection on a loop that a test turns by hand.
class ConnectionTest : public testing::Test, public Connection::Loop {
 protected:
  ConnectionTest() {
    shared_.now = SteadyTime(seconds(1000));
    shared_.options.queue_limit = 100'000;
  }

  void Accept() {
    connection_ = std::make_unique<Connection>(ConnectionId(0, 1), "192.0.2.7",
                                               std::make_unique<FakeSocket>(wire_), *this);
  }
  void OpenIt() {
    Accept();
    Arrive(Upgrade());
    heard_.clear();
    wire_.written.clear();
    wire_.writes.clear();
  }
  static std::string Upgrade() {
    return "GET /?peerId=" + std::string(kPeer) +
           " HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }

  // Bytes come, and everything they cause happens.
  void Arrive(const std::string& bytes) {
    wire_.incoming += bytes;
    Work();
  }
  void PeerEnds() {
    wire_.peer_ended = true;
    Work();
  }
  // What a loop does until nothing is ready any more.
  void Work() {
    while (connection_ != nullptr) {
      const bool readable = wire_.broken || wire_.peer_ended || !wire_.incoming.empty();
      if (std::exchange(turn_wanted_, false)) {
        connection_->OnTurn();
        if (connection_->gone() && !connection_->has_news()) connection_.reset();
      } else if (wire_.awaits_readable && readable) {
        wire_.awaits_readable = false;
        connection_->OnReadable();
      } else if (wire_.awaits_writable && wire_.room > 0) {
        wire_.awaits_writable = false;
        connection_->OnWritable();
      } else {
        return;
      }
    }
  }
  void Pass(Duration time) {
    const SteadyTime until = shared_.now + time;
    while (connection_ != nullptr) {
      const auto due = std::min_element(deadlines_.begin(), deadlines_.end());
      if (due == deadlines_.end() || *due > until) break;
      shared_.now = std::max(shared_.now, *due);
      const SteadyTime at = *due;
      deadlines_.erase(due);
      connection_->OnDeadline(at);
      Work();
    }
    shared_.now = until;
  }

  void Send(const std::string& text) {
    std::string header;
    wire::AppendTextFrameHeader(text.size(), header);
    connection_->SendFrame(header, text);
  }
  bool Gone() const { return connection_ == nullptr && wire_.closed; }
  std::vector<ServerFrame> Frames() const { return AllFrames(wire_.written); }

  Shared& shared() override { return shared_; }
  void Submit(const Input& input) override {
    heard_.push_back(Describe(input));
    if (on_submit_) on_submit_(input);
  }
  void WantTurn(Connection&) override { turn_wanted_ = true; }
  void SetDeadline(Connection&, SteadyTime at) override { deadlines_.push_back(at); }
  HttpResponse Answer(const HttpRequest&) override { return PlainAnswer(200, "answer"); }
  Connection::Proof CheckHubToken(const HttpRequest&) override { return {}; }
  std::optional<Refusal> CheckUpgrade(const HttpRequest& request) override {
    return gate_.Check(request);
  }

  Shared shared_;
  Gate gate_{0};
  Wire wire_;
  std::vector<std::string> heard_;
  std::function<void(const Input&)> on_submit_;
  std::vector<SteadyTime> deadlines_;
  bool turn_wanted_ = false;
  std::unique_ptr<Connection> connection_;
};

using Heard = std::vector<std::string>;

TEST_F(ConnectionTest, TellsTheHubOfAPeerAndOfItsEndOnce) {
  Accept();
  Arrive(Upgrade());
  EXPECT_EQ(heard_, Heard{"opened " + std::string(kPeer) + " from 192.0.2.7"});
  Arrive(ClientFrame(kCloseFrame, ClosePayload(1000, "Client disconnect")));
  EXPECT_EQ(heard_.back(), "closed peer_closed 1000 Client disconnect");
  EXPECT_EQ(heard_.size(), 2u);
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, HandsOnMessagesAndCountsWhatSaysNothing) {
  OpenIt();
  Arrive(ClientFrame(kText, R"({"type":"ping"})") + ClientFrame(kText, "no JSON"));
  EXPECT_EQ(heard_, (Heard{"received 3", "refused invalid_message"}));
}

TEST_F(ConnectionTest, TellsALostSocketFromAClosedOne) {
  OpenIt();
  PeerEnds();
  EXPECT_EQ(heard_, Heard{"closed transport_lost 1006"});
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, NoticesALossWhileWriting) {
  OpenIt();
  wire_.awaits_readable = false;  // the read side has not noticed
  wire_.broken = true;
  Send("x");
  Work();
  EXPECT_EQ(heard_, Heard{"closed transport_lost 1006"});
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, WritesAllFramesOfATurnAtOnce) {
  OpenIt();
  for (int i = 0; i < 50; ++i) Send("frame " + std::to_string(i));
  EXPECT_TRUE(wire_.writes.empty());
  Work();
  EXPECT_EQ(wire_.writes.size(), 1u);
  EXPECT_EQ(Frames().size(), 50u);
  EXPECT_EQ(shared_.queued_bytes.load(), 0u);
}

TEST_F(ConnectionTest, GoesOnWritingWhenThereIsRoomAgain) {
  OpenIt();
  wire_.room = 10;
  Send(std::string(50'000, 'x'));
  Work();
  EXPECT_EQ(wire_.written.size(), 10u);
  EXPECT_GT(shared_.queued_bytes.load(), 49'000u);
  wire_.room = SIZE_MAX;
  Work();
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].payload.size(), 50'000u);
}

// ---- Slow readers. -----------------------------------------------------------------------------

TEST_F(ConnectionTest, ClosesAReaderThatLetsItsQueueGrow) {
  OpenIt();
  wire_.room = 1000;
  for (int i = 0; i < 1000 && heard_.empty(); ++i) {
    Send(std::string(5000, 'x'));
    Work();
  }
  EXPECT_EQ(heard_, Heard{"closed slow_reader 1013"});
  EXPECT_LE(shared_.queued_bytes.load(), 100'000u + 5010);
  // Should it read after all, it gets whole frames and then the reason.
  wire_.room = SIZE_MAX;
  Work();
  ASSERT_FALSE(Frames().empty());
  EXPECT_EQ(Frames().back().opcode, kCloseFrame);
  EXPECT_EQ(Frames().back().close_code(), 1013);
}

TEST_F(ConnectionTest, ResetsASlowReaderThatNeverReads) {
  OpenIt();
  wire_.room = 1000;
  for (int i = 0; i < 50; ++i) {
    Send(std::string(5000, 'x'));
    Work();
  }
  Pass(seconds(2));
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(wire_.reset);
  EXPECT_EQ(heard_.size(), 1u);
  EXPECT_EQ(shared_.queued_bytes.load(), 0u);
}

TEST_F(ConnectionTest, ClosesAReaderThatStandsStill) {
  OpenIt();
  wire_.room = 10;
  Send("a frame that does not fit");
  Work();
  Pass(shared_.options.stall_timeout - milliseconds(1));
  EXPECT_TRUE(heard_.empty());
  Pass(milliseconds(1));
  EXPECT_EQ(heard_, Heard{"closed slow_reader 1013"});
}

TEST_F(ConnectionTest, IsPatientWithAReaderThatMoves) {
  OpenIt();
  shared_.options.ping_interval = seconds(10'000);
  wire_.room = 10;
  Send(std::string(1000, 'x'));
  for (int i = 0; i < 10; ++i) {
    Work();
    Pass(seconds(9));
    Arrive(ClientFrame(kPong, ""));
    wire_.room = 10;
  }
  EXPECT_TRUE(heard_.empty());
}

TEST_F(ConnectionTest, DoesNotBlameTheReaderForABurstWithinOneTurn) {
  OpenIt();
  for (int i = 0; i < 10; ++i) Send(std::string(90'000, 'x'));
  Work();
  EXPECT_TRUE(heard_.empty());
  EXPECT_EQ(Frames().size(), 10u);
}

TEST_F(ConnectionTest, LetsOneLongMessagePassTheLimit) {
  OpenIt();
  wire_.room = 0;
  Send(std::string(500'000, 'x'));
  Work();
  EXPECT_TRUE(heard_.empty());
  wire_.room = SIZE_MAX;
  Work();
  EXPECT_EQ(Frames().size(), 1u);
}

TEST_F(ConnectionTest, ClosesAPeerThatPingsWithoutReading) {
  OpenIt();
  wire_.room = 0;
  const std::string ping = ClientFrame(kPing, std::string(125, 'p'));
  for (int i = 0; i < 2000 && heard_.empty(); ++i) Arrive(ping);
  EXPECT_EQ(heard_, Heard{"closed slow_reader 1013"});
}

TEST_F(ConnectionTest, AsksForMoreOfAListWhenItsQueueIsShort) {
  OpenIt();
  wire_.room = 0;
  Send(std::string(90'000, 'x'));
  connection_->ExpectMore();
  Work();
  EXPECT_TRUE(heard_.empty());
  wire_.room = 1000;
  Work();
  EXPECT_TRUE(heard_.empty());
  wire_.room = 60'000;
  Work();
  EXPECT_EQ(heard_, Heard{"want more"});
}

// ---- Who still lives. --------------------------------------------------------------------------

TEST_F(ConnectionTest, PingsAndGivesUpOnSilence) {
  OpenIt();
  Pass(seconds(25));
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].opcode, kPing);
  Pass(seconds(10));
  EXPECT_EQ(heard_, Heard{"closed unresponsive 1001"});
  EXPECT_FALSE(Gone());
  Pass(seconds(5));
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, KeepsAPeerThatAnswers) {
  OpenIt();
  for (int i = 0; i < 100; ++i) {
    Pass(seconds(9));
    Arrive(ClientFrame(kPong, ""));
  }
  EXPECT_TRUE(heard_.empty());
  EXPECT_GE(Frames().size(), 900u / 25);
}

TEST_F(ConnectionTest, WatchesLinksMoreClosely) {
  OpenIt();
  connection_->WatchLink();
  Pass(seconds(5));
  EXPECT_EQ(Frames().size(), 1u);
  Pass(seconds(10));
  EXPECT_EQ(heard_, Heard{"closed unresponsive 1001"});
}

TEST_F(ConnectionTest, ReportsTheFirstFrameAfterAProbe) {
  OpenIt();
  connection_->Probe();
  Work();
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].opcode, kPing);
  Arrive(ClientFrame(kText, R"({"type":"ping"})") + ClientFrame(kPong, ""));
  EXPECT_EQ(heard_, (Heard{"alive", "received 3"}));
}

TEST_F(ConnectionTest, ReadsNothingWhilePaused) {
  on_submit_ = [this](const Input& input) {
    if (std::holds_alternative<Opened>(input)) connection_->PauseReading();
  };
  Accept();
  Arrive(Upgrade() + ClientFrame(kText, R"({"type":"ping"})"));
  EXPECT_EQ(heard_.size(), 1u);
  EXPECT_FALSE(wire_.awaits_readable);
  Pass(seconds(60));  // its silence is ours
  EXPECT_EQ(heard_.size(), 1u);

  connection_->ResumeReading();
  EXPECT_EQ(heard_.size(), 1u);  // effects submit nothing themselves
  Arrive(ClientFrame(kText, R"({"type":"ping"})"));
  EXPECT_EQ((Heard{heard_.begin() + 1, heard_.end()}), (Heard{"received 3", "received 3"}));
}

// ---- Endings. ----------------------------------------------------------------------------------

TEST_F(ConnectionTest, SaysWhyItClosesAfterWhatWasQueued) {
  OpenIt();
  Send("first");
  connection_->Close(Reason::kServerShutdown);
  EXPECT_TRUE(heard_.empty());  // effects submit nothing themselves
  Send("too late");
  Work();
  EXPECT_EQ(heard_, Heard{"closed server_shutdown 1000"});
  ASSERT_EQ(Frames().size(), 2u);
  EXPECT_EQ(Frames()[0].payload, "first");
  EXPECT_EQ(Frames()[1].close_text(), "Server shutting down");
  EXPECT_FALSE(Gone());
  Arrive(ClientFrame(kText, R"({"type":"ping"})") + ClientFrame(kCloseFrame, ClosePayload(1000)));
  EXPECT_TRUE(Gone());
  EXPECT_EQ(heard_.size(), 1u);
}

TEST_F(ConnectionTest, DoesNotWaitForEverForTheAnswerToAClose) {
  OpenIt();
  connection_->Close(Reason::kOperator);
  Work();
  Pass(shared_.options.close_timeout - milliseconds(1));
  EXPECT_FALSE(Gone());
  Pass(milliseconds(1));
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(wire_.reset);
}

TEST_F(ConnectionTest, MayBeClosedFromWithinItsOwnMessage) {
  OpenIt();
  on_submit_ = [this](const Input& input) {
    if (std::holds_alternative<Received>(input)) connection_->Close(Reason::kGoodbye);
  };
  Arrive(ClientFrame(kText, R"({"type":"goodbye"})") + ClientFrame(kText, R"({"type":"ping"})"));
  EXPECT_EQ(heard_, (Heard{"received 1", "closed goodbye 1000"}));
}

TEST_F(ConnectionTest, ClosesANewcomerThatWasPaused) {
  on_submit_ = [this](const Input& input) {
    if (std::holds_alternative<Opened>(input)) connection_->PauseReading();
  };
  Accept();
  Arrive(Upgrade() + ClientFrame(kText, R"({"type":"ping"})"));
  connection_->Close(Reason::kPeerAlreadyConnected);
  Work();
  EXPECT_EQ(heard_.back(), "closed peer_already_connected 1008");
  EXPECT_EQ(heard_.size(), 2u);
  Arrive(ClientFrame(kCloseFrame, ClosePayload(1008)));
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, LetsAViolatorReadWhyBeforeTheSocketCloses) {
  OpenIt();
  Arrive(ClientFrame(kText, "", {.length_bytes = 8, .claimed_size = int64_t{1} << 40}));
  EXPECT_EQ(heard_, Heard{"closed message_too_big 1009"});
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].close_code(), 1009);
  EXPECT_TRUE(wire_.send_shut);
  Arrive(std::string(200'000, 'x'));  // it goes on sending; a reset now would lose our close frame
  EXPECT_TRUE(wire_.incoming.empty());
  EXPECT_FALSE(Gone());
  PeerEnds();
  EXPECT_TRUE(Gone());
  EXPECT_FALSE(wire_.reset);
}

TEST_F(ConnectionTest, DropsAViolatorThatNeverStops) {
  OpenIt();
  Arrive(ClientFrame(kText, "x", {.masked = false}));
  Pass(shared_.options.close_timeout);
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, AnswersAnHttpClientThatHasShutItsEnd) {
  Accept();
  wire_.room = 0;
  wire_.incoming = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  PeerEnds();
  wire_.room = SIZE_MAX;
  Work();
  EXPECT_TRUE(wire_.written.ends_with("answer\n"));
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(heard_.empty());
}

TEST_F(ConnectionTest, ShutsItsEndAfterAnHttpAnswer) {
  Accept();
  Arrive("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(wire_.send_shut);
  EXPECT_FALSE(Gone());
  PeerEnds();
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, CountsAHandshakeThatTakesTooLong) {
  Accept();
  Arrive("GET / HTTP/1.1\r\n");
  Pass(seconds(4));
  Arrive("X-Slowly: but surely\r\n");
  Pass(seconds(1));
  EXPECT_EQ(heard_, Heard{"refused handshake_timeout"});
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, CountsABadHandshakeAndWhatIsNoHttp) {
  Accept();
  std::string old = Upgrade();
  old.replace(old.find("Version: 13"), 11, "Version: 8 ");
  Arrive(old);
  EXPECT_EQ(heard_, Heard{"refused bad_handshake"});
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 426 "));
  PeerEnds();

  wire_ = Wire();
  Accept();
  Arrive("\x16\x03\x01\r\n\r\n");  // TLS
  EXPECT_EQ(heard_, (Heard{"refused bad_handshake", "refused bad_handshake"}));
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 400 "));
}

TEST_F(ConnectionTest, RefusesWhileTheHubIsNotServing) {
  gate_.Refuse(true);
  Accept();
  Arrive(Upgrade());
  EXPECT_EQ(heard_, Heard{"refused not_serving"});
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 503 "));
}

TEST_F(ConnectionTest, SaysNothingOfASocketThatComesAndGoes) {
  Accept();
  PeerEnds();
  EXPECT_TRUE(heard_.empty());
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, IsToldAsOverWhenItIsAborted) {
  OpenIt();
  connection_->Abort(Reason::kInternalError);
  Work();
  EXPECT_EQ(heard_, Heard{"closed internal_error 1011"});
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(wire_.reset);
}

}  // namespace
}  // namespace pigeonhub::net
