// SPDX-License-Identifier: Apache-2.0
//
// What strangers may throw at the port, over real sockets. After each attack the hub is alive, two
// healthy peers still talk, nothing of the attack is left, and memory has hardly grown.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "server/net/data_plane.h"
#include "tests/net/healthy_pair.h"
#include "tests/net/test_hub.h"
#include "tests/support/eventually.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint64_t kMaxGrowth = 16 << 20;

// Sanitizers keep shadows and freed memory, so that growth says nothing.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kGrowthCounts = false;
#else
constexpr bool kGrowthCounts = true;
#endif

// Whoever does not wait for the end of a handshake gives handshakes much time: this machine may
// stand still for longer than a short one takes.
constexpr Duration kShortHandshake = milliseconds(500);
constexpr Duration kLongHandshake = std::chrono::minutes(10);

DataPlaneOptions ShortTimeouts(Duration handshake_timeout = kLongHandshake) {
  return {.io_threads = 2,
          .connection = {.handshake_timeout = handshake_timeout,
                         .http_idle_timeout = milliseconds(500),
                         .close_timeout = milliseconds(500),
                         .stall_timeout = milliseconds(1000)}};
}

struct Attack {
  std::string name;
  std::function<void(TestHub&)> run;
  Reason counted;  // kCount: nothing is
  Duration handshake_timeout = kLongHandshake;
};

void PrintTo(const Attack& attack, std::ostream* out) { *out << attack.name; }

class Hostile : public testing::TestWithParam<Attack> {};

TEST_P(Hostile, HarmsNobodyElse) {
  HubOptions hub_options;
  hub_options.limits.max_connections = 100;
  TestHub hub(ShortTimeouts(GetParam().handshake_timeout), hub_options);
  HealthyPair healthy(hub);
  ASSERT_TRUE(healthy.Talk());
  ResetPeak();
  const uint64_t before = PeakBytes();

  GetParam().run(hub);

  EXPECT_TRUE(healthy.Talk());
  EXPECT_TRUE(
      Eventually([&] { return HttpGet(hub.port(), "/health").starts_with("HTTP/1.1 200 OK"); }));
  EXPECT_TRUE(hub.WaitForSockets(2));
  EXPECT_TRUE(hub.WaitForConnections(2));
  if (GetParam().counted != Reason::kCount) {
    EXPECT_TRUE(Eventually([&] { return hub.Count(GetParam().counted) > 0; }))
        << ReasonName(GetParam().counted);
  }
  if (kGrowthCounts) {
    EXPECT_LT(PeakBytes() - before, kMaxGrowth);
  }
}

// ---- Attacks that are a few bytes. -------------------------------------------------------------

// Sends `bytes` and waits for the end that the hub makes of it.
Attack Bytes(std::string name, std::string bytes, Reason counted) {
  return {std::move(name),
          [bytes = std::move(bytes)](TestHub& hub) {
            RawClient client(hub.port());
            client.Send(bytes);
            EXPECT_TRUE(client.EndsWithin(RawClient::kLimit));
          },
          counted, counted == Reason::kHandshakeTimeout ? kShortHandshake : kLongHandshake};
}

// The same after a proper handshake. The hub must close with `code`; 0: it goes on, and still
// answers.
Attack Frames(std::string name, std::string bytes, uint16_t code, Reason counted) {
  return {std::move(name),
          [bytes = std::move(bytes), code](TestHub& hub) {
            RawClient client = Join(hub, PeerIdText(666), "hostile");
            client.Send(bytes);
            if (code == 0) {
              client.SendText(R"({"type":"ping"})");
              EXPECT_NE(client.ReadTextWith("pong"), "");
              return;
            }
            const auto close = client.ReadClose();
            ASSERT_TRUE(close.has_value());
            EXPECT_EQ(close->close_code(), code);
          },
          counted};
}

Attack Text(std::string name, const std::string& text, Reason counted) {
  return Frames(std::move(name), ClientFrame(kText, text), 0, counted);
}

std::string Replaced(std::string text, const std::string& old, const std::string& with) {
  return text.replace(text.find(old), old.size(), with);
}

std::vector<Attack> MalformedHttp() {
  const auto bad = Reason::kBadHandshake;
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n";
  std::string many_headers = get;
  for (int i = 0; i < 1000; ++i) many_headers += "X-" + std::to_string(i) + ": some value\r\n";
  return {
      Bytes("NoHttpAtAll", "hello there\r\n\r\n", bad),
      Bytes("TlsHello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
            Reason::kTlsOnPlainPort),
      Bytes("NulByte", std::string(1, '\0'), bad),
      Bytes("ProxyProtocol2", std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", 16), bad),
      Bytes("Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", bad),
      Bytes("SshGreeting", "SSH-2.0-OpenSSH_9.2\r\n", bad),
      Bytes("NulBytes", std::string("GET /\0 HTTP/1.1\r\nHo\0st: h\r\n\r\n", 29), bad),
      Bytes("OnlyLineEnds", "\r\n\r\n\r\n\r\n", bad),
      Bytes("NoHost", "GET / HTTP/1.1\r\n\r\n", bad),
      Bytes("Http09", "GET /\r\n\r\n", bad),
      Bytes("HeaderWithoutColon", get + "nonsense\r\n\r\n", bad),
      Bytes("HeaderWithABadName", get + "a b: c\r\n\r\n", bad),
      Bytes("OneHugeHeader", get + "X: " + std::string(100'000, 'x') + "\r\n\r\n", bad),
      Bytes("AThousandHeaders", many_headers + "\r\n", bad),
      Bytes("EndlessRequestLine", "GET /" + std::string(100'000, 'x'), bad),
      Bytes("HugeBodyAnnounced", get + "Content-Length: 99999999999999999999\r\n\r\n", bad),
      Bytes("NegativeBody", get + "Content-Length: -5\r\n\r\n", bad),
      Bytes("BodyThatNeverComes", get + "Content-Length: 1000\r\n\r\n", Reason::kCount),
      Bytes("ChunkedBody", get + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\nx", Reason::kCount),
      Bytes("PipelinedRequests", get + "\r\n" + get + "\r\n" + get + "\r\n", Reason::kCount),
      Bytes("BareLineFeeds", "GET / HTTP/1.1\nHost: h\n\n", Reason::kHandshakeTimeout),
      Bytes("HalfARequest", "GET / HTTP/1.1\r\nHo", Reason::kHandshakeTimeout),
      Bytes("NothingEver", "", Reason::kHandshakeTimeout),
  };
}

std::vector<Attack> BadHandshakes() {
  const auto bad = Reason::kBadHandshake;
  const std::string good = UpgradeRequest("/?peerId=" + PeerIdText(666));
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  return {
      Bytes("Version8", Replaced(good, version, "Sec-WebSocket-Version: 8\r\n"), bad),
      Bytes("VersionMissing", Replaced(good, version, ""), bad),
      Bytes("VersionAbsurd", Replaced(good, version, "Sec-WebSocket-Version: 9e99\r\n"), bad),
      Bytes("Draft00",
            Replaced(Replaced(good, version, "Sec-WebSocket-Key1: 1 2\r\n"), key,
                     "Sec-WebSocket-Key2: 3 4\r\n") +
                "8 bytes!",
            bad),
      Bytes("Http10", Replaced(good, "HTTP/1.1", "HTTP/1.0"), bad),
      Bytes("Post", Replaced(good, "GET", "POST"), bad),
      Bytes("UpgradeDroppedByAProxy", Replaced(good, "Upgrade: websocket\r\n", ""), bad),
      Bytes("SubprotocolNamedTwice", Replaced(good, key, key + "Sec-WebSocket-Protocol: a, a\r\n"),
            bad),
      Bytes("KeyMissing", Replaced(good, key, ""), bad),
      Bytes("KeyTooShort", Replaced(good, "dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="), bad),
      Bytes("KeyNotBase64", Replaced(good, "dGhlIHNhbXBsZSBub25jZQ==", "not*base64*at*all*****=="),
            bad),
      Bytes("KeyTwice", Replaced(good, key, key + key), bad),
      Bytes("KeyHuge", Replaced(good, "dGhlIHNhbXBsZSBub25jZQ==", std::string(10'000, 'A')), bad),
      Bytes("WithABody", Replaced(good, key, key + "Content-Length: 10\r\n"), bad),
      // Two that took the reference down: the target and the host must be nothing to parse.
      Bytes("TargetOfTwoSlashes", UpgradeRequest("//"), Reason::kInvalidPeerId),
      Bytes("HostWithASpace", Replaced(UpgradeRequest("/"), "Host: localhost", "Host: a b"),
            Reason::kInvalidPeerId),
      Bytes("PeerIdOfBrokenEscapes", UpgradeRequest("/?peerId=%zz%f%"), Reason::kInvalidPeerId),
      Bytes("PeerIdOfTenThousandBytes", UpgradeRequest("/?peerId=" + std::string(10'000, 'a')),
            Reason::kInvalidPeerId),
  };
}

std::vector<Attack> BadFrames() {
  const auto broken = Reason::kProtocolError;
  const size_t limit = ConnectionOptions().max_message_size;
  std::string fragments = ClientFrame(kText, std::string(limit / 2, 'x'), {.fin = false});
  fragments += ClientFrame(kContinuation, std::string(limit / 2, 'x'), {.fin = false});
  std::string empty_fragments = ClientFrame(kText, "\"", {.fin = false});
  for (int i = 0; i < 20'000; ++i)
    empty_fragments += ClientFrame(kContinuation, "", {.fin = false});
  std::string pings;
  for (int i = 0; i < 5000; ++i) pings += ClientFrame(kPing, std::string(125, 'p'));
  return {
      Frames("Unmasked", ClientFrame(kText, "{}", {.masked = false}), 1002, broken),
      Frames("ReservedBit", ClientFrame(kText, "{}", {.reserved_bits = 0x40}), 1002, broken),
      Frames("ReservedOpcode", ClientFrame(5, "{}"), 1002, broken),
      Frames("FragmentedPing", ClientFrame(kPing, "x", {.fin = false}), 1002, broken),
      Frames("LongPing", ClientFrame(kPing, std::string(200, 'x')), 1002, broken),
      Frames("ContinuationOfNothing", ClientFrame(kContinuation, "x"), 1002, broken),
      Frames("MessageWithinAMessage",
             ClientFrame(kText, "x", {.fin = false}) + ClientFrame(kText, "y"), 1002, broken),
      Frames("LengthInTooLongAForm", ClientFrame(kText, "{}", {.length_bytes = 8}), 1002, broken),
      Frames("OneByteOverTheLimit", ClientFrame(kText, std::string(limit + 1, 'x')), 1009,
             Reason::kMessageTooBig),
      Frames("FragmentsOverTheLimit", fragments + ClientFrame(kContinuation, "x"), 1009,
             Reason::kMessageTooBig),
      Frames("ClaimsEightExabytes",
             ClientFrame(kText, "", {.length_bytes = 8, .claimed_size = INT64_MAX}), 1009,
             Reason::kMessageTooBig),
      Frames("BadUtf8", ClientFrame(kText, "\xc3\x28"), 1007, Reason::kInvalidUtf8),
      Frames("HalfACharacterInFragments",
             ClientFrame(kText, "\xe2", {.fin = false}) + ClientFrame(kContinuation, "\x82"), 1007,
             Reason::kInvalidUtf8),
      Frames("CloseOfOneByte", ClientFrame(kCloseFrame, "x"), 1002, broken),
      Frames("CloseCodeNobodyMaySend", ClientFrame(kCloseFrame, ClosePayload(1005)), 1002, broken),
      Frames("CloseTextOfNoUtf8", ClientFrame(kCloseFrame, ClosePayload(1000, "\xff")), 1007,
             Reason::kInvalidUtf8),
      Frames("ManyEmptyFragments", empty_fragments + ClientFrame(kContinuation, "\""), 0,
             Reason::kUnroutable),
      Frames("PingFlood", pings, 0, Reason::kCount),
      Frames("UnaskedPongs", ClientFrame(kPong, "x") + ClientFrame(kPong, ""), 0, Reason::kCount),
  };
}

std::vector<Attack> BadJson() {
  const auto invalid = Reason::kInvalidMessage;
  std::string keys = "{";
  for (int i = 0; i < 50'000; ++i) keys += "\"k" + std::to_string(i) + "\":1,";
  return {
      Text("NotJson", "hello", invalid),
      Text("EmptyFrame", "", invalid),
      Text("Null", "null", invalid),
      Text("HalfAnObject", R"({"type":"announce")", invalid),
      Text("TrailingGarbage", R"({"type":"ping"} x)", invalid),
      Text("LoneSurrogate", R"({"type":"offer","data":"\ud800"})", invalid),
      Text("HundredThousandLevels", std::string(100'000, '['), invalid),
      Text(
          "HundredThousandLevelsOfObjects",
          [] {
            std::string text;
            for (int i = 0; i < 100'000; ++i) text += "{\"a\":";
            return text;
          }(),
          invalid),
      Text("MegabyteOfDigits", std::string(1'000'000, '9'), Reason::kUnroutable),
      Text(
          "MegabyteOfNumbersBetweenDoubles",
          [] {
            std::string numbers = "[1";
            while (numbers.size() < 1'000'000) numbers += ",2.4703282292062327208e-324";
            return numbers + "]";
          }(),
          Reason::kUnroutable),
      Text("MegabyteOfBackslashes", R"({"type":")" + std::string(900'000, '\\'), invalid),
      Text("NumberBeyondDoubles", R"({"type":"ping","n":1e99999})", Reason::kCount),
      Text("FiftyThousandKeys", keys + "\"type\":\"ping\"}", Reason::kCount),
      Text("TypeOfTheWrongType", R"({"type":["announce"],"networkName":{}})", Reason::kCount),
      Text("NamespaceOfTheWrongType", R"({"type":"announce","networkName":["x"]})", invalid),
      Text("UnknownType", R"({"type":"make-me-admin"})", Reason::kUnroutable),
  };
}

std::vector<Attack> ProtocolAbuse() {
  return {
      Text("OfferToNobody", OfferTo(PeerIdText(404), "hostile"), Reason::kSignalUnknownTarget),
      Text("OfferIntoAnotherNamespace", OfferTo("a11ce" + std::string(35, '0'), "healthy"),
           Reason::kSignalOtherNamespace),
      Text("OfferWithoutATarget", R"({"type":"offer","networkName":"hostile"})",
           Reason::kSignalWithoutTarget),
      Text("TellsOfAForeignPeer",
           R"({"type":"peer-discovered","networkName":"healthy","data":{"peerId":")" +
               PeerIdText(5) + "\"}}",
           Reason::kNotAHub),
      Text("AnnouncesAMegabyte",
           R"({"type":"announce","networkName":"hostile","data":{"x":")" +
               std::string(900'000, 'x') + "\"}}",
           Reason::kAnnounceTooLarge),
      Text("NamespaceOfAMegabyte",
           R"({"type":"announce","networkName":")" + std::string(900'000, 'n') + "\"}",
           Reason::kNamespaceNameInvalid),
      {"SecondSocketWithTheSameId",
       [](TestHub& hub) {
         RawClient holder = Join(hub, PeerIdText(666), "hostile");
         RawClient second(hub.port());
         EXPECT_EQ(second.Upgrade("/?peerId=" + PeerIdText(666)), 101);
         while (const auto frame = holder.ReadFrame()) {
           if (frame->opcode == kPing) break;
         }
         holder.Send(ClientFrame(kPong, ""));
         const auto close = second.ReadClose();
         ASSERT_TRUE(close.has_value());
         EXPECT_EQ(close->close_code(), 1008);
       },
       Reason::kPeerAlreadyConnected},
      {"AnnouncesWithoutEnd",
       [](TestHub& hub) {
         RawClient client = Join(hub, PeerIdText(666), "hostile");
         for (int i = 0; i < 5000; ++i) {
           client.SendText(R"({"type":"announce","networkName":"n)" + std::to_string(i) + "\"}");
         }
         client.SendText(R"({"type":"ping"})");
         EXPECT_NE(client.ReadTextWith("pong"), "");
       },
       Reason::kCount},
      {"TalksOnAfterGoodbye",
       [](TestHub& hub) {
         RawClient client = Join(hub, PeerIdText(666), "hostile");
         client.SendText(R"({"type":"goodbye"})");
         for (int i = 0; i < 100; ++i) client.SendText(R"({"type":"announce"})");
         EXPECT_EQ(client.ReadClose().value_or(ServerFrame()).close_code(), 1000);
       },
       Reason::kGoodbye},
  };
}

// ---- Attacks that take time or numbers. --------------------------------------------------------

std::vector<Attack> SlowConsumers() {
  return {
      {"ReaderThatNeverReads",
       [](TestHub& hub) {
         RawClient reader = Join(hub, PeerIdText(666), "hostile", 4096);
         RawClient sender = Join(hub, PeerIdText(667), "hostile");
         ASSERT_NE(sender.ReadTextWith("peer-discovered"), "");
         const std::string offer =
             ClientFrame(kText, OfferTo(PeerIdText(666), "hostile", std::string(1'000'000, 's')));
         uint64_t most_queued = 0;
         for (int i = 0; i < 160; ++i) {
           ASSERT_TRUE(sender.Send(offer));
           most_queued = std::max(most_queued, hub.plane().queued_bytes());
         }
         EXPECT_LE(most_queued, uint64_t{4} << 20);
         EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kSlowReader) == 1; }));
         EXPECT_TRUE(hub.WaitForSockets(3));  // reset, though it never read a byte
         EXPECT_EQ(hub.plane().queued_bytes(), 0u);
       },
       Reason::kSlowReader},
      {"PingsWithoutReadingThePongs",
       [](TestHub& hub) {
         RawClient client(hub.port(), "127.0.0.1", 4096);
         EXPECT_EQ(client.Upgrade("/?peerId=" + PeerIdText(666)), 101);
         std::string pings;
         for (int i = 0; i < 500; ++i) pings += ClientFrame(kPing, std::string(125, 'p'));
         EXPECT_TRUE(Eventually([&] {
           client.Send(pings);
           return hub.Count(Reason::kSlowReader) == 1;
         }));
       },
       Reason::kSlowReader},
      {"HttpClientsThatNeverRead",
       [](TestHub& hub) {
         std::vector<RawClient> clients;
         for (int i = 0; i < 50; ++i) {
           clients.emplace_back(hub.port(), "127.0.0.1", 4096);
           clients.back().Send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
         }
         EXPECT_TRUE(hub.WaitForSockets(2));
       },
       Reason::kCount},
      {"ManyRequestsOfAClientThatNeverReads",
       [](TestHub& hub) {
         RawClient client(hub.port(), "127.0.0.1", 4096);
         std::string requests;
         for (int i = 0; i < 10'000; ++i) requests += "GET /health HTTP/1.1\r\nHost: h\r\n\r\n";
         client.Send(requests);
         EXPECT_TRUE(hub.WaitForSockets(2));
       },
       Reason::kCount, kShortHandshake},
      {"UploadWithoutEnd",
       [](TestHub& hub) {
         RawClient client(hub.port());
         client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n");
         EXPECT_TRUE(Eventually([&] { return !client.Send(std::string(100'000, 'x')); }));
       },
       Reason::kCount},
  };
}

std::vector<Attack> Floods() {
  return {
      {"TwoThousandThatConnectAndLeave",
       [](TestHub& hub) {
         for (int i = 0; i < 2000; ++i) {
           RawClient client(hub.port());
           EXPECT_TRUE(client.connected());
           if (i % 2 == 0) client.Reset();
         }
       },
       Reason::kCount},
      {"ThreeHundredHalfHandshakes",
       [](TestHub& hub) {
         std::vector<RawClient> clients;
         for (int i = 0; i < 300; ++i) {
           clients.emplace_back(hub.port());
           clients.back().Send("GET /?peerId=x HTTP/1.1\r\nHost: h\r\nX: " +
                               std::string(1000, 'x'));
         }
         EXPECT_TRUE(Eventually([&] {
           return hub.Count(Reason::kHandshakeTimeout) + hub.Count(Reason::kAddressHandshakes) ==
                  300;
         }));
       },
       Reason::kHandshakeTimeout, kShortHandshake},
      {"FiveHundredUpgradesThatReset",
       [](TestHub& hub) {
         for (uint64_t i = 0; i < 500; ++i) {
           RawClient client(hub.port());
           EXPECT_EQ(client.Upgrade("/?peerId=" + PeerIdText(i)), 101);
           client.Reset();
         }
       },
       Reason::kTransportLost},
      {"FiveHundredSilentSockets",
       [](TestHub& hub) {
         std::vector<RawClient> clients;
         for (int i = 0; i < 500; ++i) clients.emplace_back(hub.port());
         EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kAddressHandshakes) >= 244; }));
         EXPECT_LE(hub.plane().open_sockets(), 258u);
       },
       Reason::kAddressHandshakes},
      {"MoreConnectionsThanAllowed",
       [](TestHub& hub) {
         std::vector<RawClient> clients;
         for (uint64_t i = 0; i < 110; ++i) clients.push_back(Join(hub, PeerIdText(i)));
         EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kMaximumConnections) == 12; }));
       },
       Reason::kMaximumConnections},
  };
}

std::vector<Attack> Timeouts() {
  return {
      {"HandshakeByteByByte",
       [](TestHub& hub) {
         RawClient client(hub.port());
         const std::string request = UpgradeRequest("/?peerId=" + PeerIdText(666));
         for (size_t i = 0; !client.EndsWithin(milliseconds(20)); ++i) {
           client.Send(request.substr(i % request.size(), 1));
         }
       },
       Reason::kHandshakeTimeout, kShortHandshake},
      {"NeverAnswersAClose",
       [](TestHub& hub) {
         RawClient client(hub.port());
         EXPECT_EQ(client.Upgrade("/?peerId=bad"), 101);
         ASSERT_TRUE(client.ReadClose().has_value());
         EXPECT_TRUE(client.EndsWithin(seconds(20)));
       },
       Reason::kInvalidPeerId},
      {"TalksOnAfterAClose",
       [](TestHub& hub) {
         RawClient client(hub.port());
         EXPECT_EQ(client.Upgrade("/?peerId=bad"), 101);
         EXPECT_TRUE(Eventually([&] { return !client.SendText(R"({"type":"announce"})"); }));
       },
       Reason::kInvalidPeerId},
      {"ShutsItsEndAndStays",
       [](TestHub& hub) {
         RawClient client = Join(hub, PeerIdText(666), "hostile");
         client.ShutdownSend();
         EXPECT_TRUE(client.EndsWithin(seconds(20)));
       },
       Reason::kTransportLost},
  };
}

const auto kName = [](const testing::TestParamInfo<Attack>& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(MalformedHttp, Hostile, testing::ValuesIn(MalformedHttp()), kName);
INSTANTIATE_TEST_SUITE_P(BadHandshakes, Hostile, testing::ValuesIn(BadHandshakes()), kName);
INSTANTIATE_TEST_SUITE_P(BadFrames, Hostile, testing::ValuesIn(BadFrames()), kName);
INSTANTIATE_TEST_SUITE_P(BadJson, Hostile, testing::ValuesIn(BadJson()), kName);
INSTANTIATE_TEST_SUITE_P(ProtocolAbuse, Hostile, testing::ValuesIn(ProtocolAbuse()), kName);
INSTANTIATE_TEST_SUITE_P(SlowConsumers, Hostile, testing::ValuesIn(SlowConsumers()), kName);
INSTANTIATE_TEST_SUITE_P(Floods, Hostile, testing::ValuesIn(Floods()), kName);
INSTANTIATE_TEST_SUITE_P(Timeouts, Hostile, testing::ValuesIn(Timeouts()), kName);

// ---- Silence. ----------------------------------------------------------------------------------

TEST(Silence, EndsAPeerThatAnswersNoPingAndGivesItsIdBack) {
  DataPlaneOptions options = ShortTimeouts();
  options.connection.ping_interval = milliseconds(400);
  options.connection.pong_timeout = milliseconds(400);
  TestHub hub(options);
  RawClient half_open = Join(hub, PeerIdText(1), "net");
  EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kUnresponsive) == 1; }));
  EXPECT_TRUE(hub.WaitForSockets(0));
  RawClient owner(hub.port());
  EXPECT_EQ(owner.Upgrade("/?peerId=" + PeerIdText(1)), 101);
  EXPECT_NE(owner.ReadTextWith("\"connected\""), "");
}

TEST(StandingStill, EndsAReaderWhoseQueueIsWithinItsLimit) {
  DataPlaneOptions options = ShortTimeouts();
  options.connection.queue_limit = 64 << 20;
  TestHub hub(options);
  RawClient reader = Join(hub, PeerIdText(1), "net", 4096);
  RawClient sender = Join(hub, PeerIdText(2), "net");
  ASSERT_NE(sender.ReadTextWith("peer-discovered"), "");
  // More than the kernel takes for a reader with so small a buffer.
  for (int i = 0; i < 120; ++i) {
    ASSERT_TRUE(sender.SendText(OfferTo(PeerIdText(1), "net", std::string(100'000, 's'))));
  }
  EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kSlowReader) == 1; }));
  EXPECT_TRUE(hub.WaitForSockets(1));
  EXPECT_EQ(hub.plane().queued_bytes(), 0u);
}

}  // namespace
}  // namespace pigeonhub::net
