// SPDX-License-Identifier: Apache-2.0
//
// `check turn`, against a small server that makes mistakes, and against coturn where it is
// installed.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>

#include "cli/probe/stun_message.h"
#include "cli/probe/turn_check.h"
#include "server/base/descriptor.h"
#include "server/base/hex.h"
#include "tests/cli/run.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"

namespace pigeonhub::cli {
namespace {

constexpr char kTurnSecret[] = "north";

// XOR-MAPPED-ADDRESS of 192.0.2.1:32853, as RFC 5769 has it, and of others.
std::string XorAddress(const std::string& host, uint16_t port) {
  std::string value("\0\1", 2);
  const uint16_t masked_port = port ^ 0x2112;
  value += static_cast<char>(masked_port >> 8);
  value += static_cast<char>(masked_port);
  in_addr address{};
  inet_pton(AF_INET, host.c_str(), &address);
  const uint32_t masked = ntohl(address.s_addr) ^ 0x2112A442;
  for (int shift = 24; shift >= 0; shift -= 8) value += static_cast<char>(masked >> shift);
  return value;
}

std::string ErrorCode(int code, const std::string& reason) {
  std::string value(2, '\0');
  value += static_cast<char>(code / 100);
  value += static_cast<char>(code % 100);
  return value + reason;
}

TEST(StunMessage, ReadsTheSampleOfTheRfc) {
  // RFC 5769, section 2.2, without its FINGERPRINT.
  const std::string bytes = *FromHex(
      "0101003c2112a442b7e7a701bc34d686fa87dfae"
      "8022000b7465737420766563746f7220"
      "002000080001a147e112a643"
      "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
      "80280004c07d4c96");
  EXPECT_EQ(StunMessage::SizeOf(bytes), bytes.size());
  const auto message = StunMessage::Parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->Is(StunType::kBindingSuccess));
  EXPECT_EQ(message->text(StunAttribute::kSoftware), "test vector");
  EXPECT_EQ(message->address(StunAttribute::kXorMappedAddress), "192.0.2.1:32853");
}

TEST(StunMessage, RefusesWhatIsNone) {
  const std::string good = StunWriter(StunType::kBindingRequest, "abcdefghijkl").bytes();
  EXPECT_TRUE(StunMessage::Parse(good));
  EXPECT_FALSE(StunMessage::Parse("")) << "nothing";
  EXPECT_FALSE(StunMessage::Parse(good + "x")) << "bytes behind it";
  EXPECT_FALSE(StunMessage::Parse(good.substr(0, 19))) << "cut";
  EXPECT_EQ(StunMessage::SizeOf("HTTP/1.1 400 Bad Request\r\n"), 0u);
  StunWriter cut(StunType::kBindingRequest, "abcdefghijkl");
  cut.Add(StunAttribute::kUsername, "abcd");
  std::string wrong = cut.bytes();
  wrong[23] = 9;
  EXPECT_FALSE(StunMessage::Parse(wrong)) << "an attribute that is longer than the message";
}

TEST(StunMessage, SignsAsTheRfcDoes) {
  // RFC 8489, section 9.2.2: the key is MD5 of user:realm:pass.
  EXPECT_EQ(ToHex(StunKey("user", "realm", "pass")), "8493fbc53ba582fb4c044c456bdc40eb");
  EXPECT_EQ(TurnPassword("north", "1772367000"), "AjO9uBZequd1gUUs2w/cX/T+Enc=");
}

TEST(TurnUri, IsReadAsBrowsersReadIt) {
  const auto uri = TurnUri::Parse("turn:turn.example.org");
  ASSERT_TRUE(uri.ok());
  EXPECT_EQ(uri->port, 3478);
  EXPECT_EQ(uri->transport, TurnUri::Transport::kUdp);
  EXPECT_EQ(TurnUri::Parse("turn:h?transport=tcp")->transport, TurnUri::Transport::kTcp);
  EXPECT_EQ(TurnUri::Parse("turns:h?transport=tcp")->transport, TurnUri::Transport::kTls);
  EXPECT_EQ(TurnUri::Parse("turns:[::1]")->port, 5349);
  EXPECT_EQ(TurnUri::Parse("turn:[::1]:99")->host, "::1");
  for (const char* wrong : {"stun:h", "turn:", "turn:h:0", "turn:h:99999", "turn://h", "turn:u@h",
                            "turn:h?transport=sctp", "turns:h?transport=udp", ""}) {
    EXPECT_FALSE(TurnUri::Parse(wrong).ok()) << wrong;
  }
}

// Answers requests over UDP as it is told to. Remembers the last one that was signed.
class FakeTurn {
 public:
  using Answer = std::function<std::string(const StunMessage& request)>;

  FakeTurn() : socket_(socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size);
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~FakeTurn() {
    if (!thread_.joinable()) return;
    stopped_ = true;
    shutdown(socket_.get(), SHUT_RD);
    thread_.join();
  }

  // `allocate` answers an allocation with credentials.
  void Serve(Answer allocate, Answer challenge = Challenge) {
    thread_ = std::thread([this, allocate = std::move(allocate), challenge = std::move(challenge)] {
      char bytes[2048];
      sockaddr_in from{};
      socklen_t size = sizeof from;
      while (!stopped_) {
        const ssize_t read = recvfrom(socket_.get(), bytes, sizeof bytes, 0,
                                      reinterpret_cast<sockaddr*>(&from), &size);
        if (read <= 0) continue;
        const auto request = StunMessage::Parse({bytes, static_cast<size_t>(read)});
        if (!request) continue;
        std::string answer;
        if (request->Is(StunType::kBindingRequest)) {
          StunWriter writer(StunType::kBindingSuccess, request->transaction);
          answer = writer.Add(StunAttribute::kXorMappedAddress, XorAddress("127.0.0.1", 5)).bytes();
        } else if (request->Is(StunType::kRefreshRequest)) {
          ++released_;
          answer = StunWriter(StunType::kRefreshSuccess, request->transaction).bytes();
        } else {
          const bool signs = !request->text(StunAttribute::kUsername).empty();
          answer = signs ? allocate(*request) : challenge(*request);
        }
        sendto(socket_.get(), answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from),
               size);
      }
    });
  }

  static std::string Challenge(const StunMessage& request) {
    return StunWriter(StunType::kAllocateError, request.transaction)
        .Add(StunAttribute::kErrorCode, ErrorCode(401, "Unauthorized"))
        .Add(StunAttribute::kRealm, "example.org")
        .Add(StunAttribute::kNonce, "once")
        .bytes();
  }
  static Answer Error(int code, const std::string& reason) {
    return [=](const StunMessage& request) {
      return StunWriter(StunType::kAllocateError, request.transaction)
          .Add(StunAttribute::kErrorCode, ErrorCode(code, reason))
          .bytes();
    };
  }
  static Answer RelayAt(const std::string& host) {
    return [=](const StunMessage& request) {
      return StunWriter(StunType::kAllocateSuccess, request.transaction)
          .Add(StunAttribute::kXorRelayedAddress, XorAddress(host, 50000))
          .bytes();
    };
  }

  std::string uri() const { return "turn:127.0.0.1:" + std::to_string(port_); }
  int released() const { return released_; }

 private:
  Descriptor socket_;
  uint16_t port_ = 0;
  std::atomic<bool> stopped_ = false;
  std::atomic<int> released_ = 0;
  std::thread thread_;
};

class TurnTest : public testing::Test {
 protected:
  TurnTest() { WriteFile(secret_file(), std::string(kTurnSecret) + "\n"); }

  std::string secret_file() const { return directory_.path() + "/secret"; }

  Outcome Check(const std::string& uri, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"check", "turn", uri, "--secret-file", secret_file()};
    words.insert(words.end(), more.begin(), more.end());
    return RunPigeonctl(words);
  }

  TemporaryDirectory directory_;
};

TEST_F(TurnTest, AllocatesAndGivesBack) {
  FakeTurn turn;
  std::string username;
  turn.Serve([&](const StunMessage& request) {
    username = request.text(StunAttribute::kUsername);
    return FakeTurn::RelayAt("127.0.0.1")(request);
  });
  const Outcome outcome = Check(turn.uri(), {"-o", "jsonpath={.steps[*].fact}", "--user", "ada"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(
      outcome.out,
      "127.0.0.1\nseen as 127.0.0.1:5\nrealm example.org\nas 1772367000:ada\n127.0.0.1:50000\n\n");
  EXPECT_EQ(username, "1772367000:ada") << "ten minutes from now";
  EXPECT_EQ(turn.released(), 1);
}

TEST_F(TurnTest, NamesTheUsualMistakes) {
  const auto said = [&](FakeTurn::Answer allocate,
                        FakeTurn::Answer challenge = FakeTurn::Challenge) {
    FakeTurn turn;
    turn.Serve(std::move(allocate), std::move(challenge));
    const Outcome outcome = Check(turn.uri());
    EXPECT_EQ(outcome.code, 7);
    return outcome.err;
  };
  EXPECT_EQ(
      said(FakeTurn::Error(401, "Unauthorized")),
      "pigeonctl: allocate: 401 Unauthorized; it does not take the credentials: its "
      "static-auth-secret is another one, use-auth-secret is not set, or the clocks of the two "
      "machines differ\n");
  EXPECT_EQ(said(FakeTurn::Error(508, "Insufficient Capacity")),
            "pigeonctl: allocate: 508 Insufficient Capacity; no port is left to relay at; widen "
            "min-port and max-port, or raise total-quota\n");
  EXPECT_EQ(said(FakeTurn::Error(499, "\x1b[2J")),
            "pigeonctl: allocate: 499 \\u001b[2J; the log of the TURN server says more\n");
  EXPECT_EQ(said({}, FakeTurn::RelayAt("127.0.0.1")),
            "pigeonctl: challenge: anybody may relay there: it asks for no credentials; set "
            "use-auth-secret or lt-cred-mech, and leave out no-auth\n");
  EXPECT_EQ(said({}, FakeTurn::Error(401, "Unauthorized")),
            "pigeonctl: challenge: it asks for credentials and names no realm; set realm\n");
}

TEST_F(TurnTest, FindsARelayThatOthersCannotReachAndGivesItBack) {
  FakeTurn turn;
  turn.Serve(FakeTurn::RelayAt("10.0.0.5"));
  const Outcome outcome = Check(turn.uri());
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.err,
            "pigeonctl: relay address: it relays at 10.0.0.5:50000, which others cannot reach; "
            "external-ip says which address the server has outside\n");
  EXPECT_EQ(turn.released(), 1);
}

TEST_F(TurnTest, AsksAgainWithAFreshNonce) {
  FakeTurn turn;
  turn.Serve([](const StunMessage& request) {
    if (request.text(StunAttribute::kNonce) == "fresh")
      return FakeTurn::RelayAt("127.0.0.1")(request);
    return StunWriter(StunType::kAllocateError, request.transaction)
        .Add(StunAttribute::kErrorCode, ErrorCode(438, "Stale Nonce"))
        .Add(StunAttribute::kNonce, "fresh")
        .bytes();
  });
  EXPECT_EQ(Check(turn.uri()).code, 0);
}

TEST_F(TurnTest, SaysThatNothingAnswers) {
  FakeTurn silent;  // it has a port, and nobody reads from it
  const Outcome outcome = Check(silent.uri(), {"--timeout", "50ms"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.err,
            "pigeonctl: binding: nothing answers over UDP; a firewall drops it, or the server "
            "listens elsewhere: try ?transport=tcp\n");
  EXPECT_EQ(Check("turn:127.0.0.1:1?transport=tcp").code, 3);
  EXPECT_EQ(Check("stun:127.0.0.1").code, 2);
}

TEST_F(TurnTest, EndsAtTheChallengeWithoutASecret) {
  FakeTurn turn;
  turn.Serve({});
  const Outcome outcome = RunPigeonctl({"check", "turn", turn.uri(), "-o", "name"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "connect\nbinding\nchallenge\n");
  EXPECT_EQ(outcome.err,
            "pigeonctl: it asks for credentials; --secret-file has the secret to make some and "
            "allocate\n");
}

// A port of 127.0.0.1 that nobody has at the moment, for UDP and TCP.
uint16_t FreePort() {
  for (;;) {
    const Descriptor udp(socket(AF_INET, SOCK_DGRAM, 0));
    const Descriptor tcp(socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(udp.get(), reinterpret_cast<sockaddr*>(&address), size);
    getsockname(udp.get(), reinterpret_cast<sockaddr*>(&address), &size);
    if (bind(tcp.get(), reinterpret_cast<sockaddr*>(&address), size) == 0) {
      return ntohs(address.sin_port);
    }
  }
}

TEST_F(TurnTest, AllocatesAtCoturn) {
  if (std::system("command -v turnserver >/dev/null") != 0) {
    GTEST_SKIP() << "no turnserver; ./dev deps test installs coturn";
  }
  const std::string port = std::to_string(FreePort());
  Process coturn("/usr/bin/turnserver", {"-n",
                                         "--no-cli",
                                         "--no-tls",
                                         "--no-dtls",
                                         "--log-file",
                                         "stdout",
                                         "--simple-log",
                                         "--pidfile",
                                         directory_.path() + "/pid",
                                         "--userdb",
                                         directory_.path() + "/db",
                                         "--listening-ip",
                                         "127.0.0.1",
                                         "--relay-ip",
                                         "127.0.0.1",
                                         "--listening-port",
                                         port,
                                         "--realm",
                                         "example.org",
                                         "--use-auth-secret",
                                         "--static-auth-secret",
                                         kTurnSecret,
                                         "--allow-loopback-peers"});
  const std::string uri = "turn:127.0.0.1:" + port;
  // It goes by the real time, and the tests' now is long over for it.
  const auto run = [&](const std::string& text, const std::string& secret) {
    const TurnPlan plan{.uri = *TurnUri::Parse(text),
                        .ca = {},
                        .secret = secret,
                        .username = "ada",
                        .lifetime = std::chrono::minutes(1),
                        .step_timeout = std::chrono::seconds(5)};
    return CheckTurn(plan, std::chrono::system_clock::now());
  };
  ASSERT_TRUE(Eventually([&] { return run(uri + "?transport=tcp", "").size() == 3; }));
  for (const std::string transport : {"?transport=udp", "?transport=tcp"}) {
    const auto steps = run(uri + transport, kTurnSecret);
    EXPECT_EQ(steps.size(), 6u);
    EXPECT_TRUE(steps.back().status.ok()) << steps.back().name << steps.back().status;
  }
  const auto wrong = run(uri, "south");
  EXPECT_EQ(wrong.back().name, "allocate");
  EXPECT_NE(wrong.back().status.message().find("401"), absl::string_view::npos)
      << wrong.back().status;
}

}  // namespace
}  // namespace pigeonhub::cli
