// SPDX-License-Identifier: Apache-2.0

#include "server/wire/decode.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "tests/wire/decoding.h"

namespace pigeonhub::wire {
namespace {

constexpr char kTarget[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

TEST(Decode, ReadsAnOfferAsTheClientSendsIt) {
  const Decoding decoding(
      R"({"type":"offer","data":{"type":"offer","sdp":"v=0\r\n"},"maxPeers":3,)"
      R"("networkName":"room","targetPeerId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})");
  const auto* signal = decoding.As<inbound::Signal>();
  ASSERT_NE(signal, nullptr);
  EXPECT_EQ(signal->type, SignalType::kOffer);
  EXPECT_EQ(signal->network, "room");
  EXPECT_EQ(signal->target, kTarget);
  EXPECT_EQ(signal->from, "");
  EXPECT_EQ(signal->payload.text, R"({"type":"offer","sdp":"v=0\r\n"})");
}

TEST(Decode, TellsTheSignalTypesApart) {
  EXPECT_EQ(Decoding(R"({"type":"offer"})").As<inbound::Signal>()->type, SignalType::kOffer);
  EXPECT_EQ(Decoding(R"({"type":"answer"})").As<inbound::Signal>()->type, SignalType::kAnswer);
  EXPECT_EQ(Decoding(R"({"type":"ice-candidate"})").As<inbound::Signal>()->type,
            SignalType::kIceCandidate);
}

TEST(Decode, KeepsThePayloadAliveWithoutCopyingIt) {
  std::string frame = R"({"type":"answer","data":{"sdp":"kept where it came in"}})";
  frame.reserve(frame.size() + Decoder::kSpareCapacity);
  const char* const bytes = frame.data();
  RawJson payload;
  {
    Decoder decoder;
    const Decoder::Result result = decoder.Decode(std::move(frame));
    payload = std::get<inbound::Signal>(std::get<inbound::Message>(result)).payload;
    decoder.Decode(R"({"type":"ping"})");
  }
  EXPECT_EQ(payload.text, R"({"sdp":"kept where it came in"})");
  EXPECT_EQ(payload.buffer->data(), bytes);
}

TEST(Decode, CutsThePayloadOutWithoutTheSpaceAroundIt) {
  const auto payload = [](std::string_view data) {
    return std::string(Decoding("{\"type\":\"offer\",\"data\" : " + std::string(data) + " \n}")
                           .As<inbound::Signal>()
                           ->payload.text);
  };
  for (const std::string_view data :
       {R"({ "a" : [ 1 , 2 ] })", R"([])", R"({})", R"("text \" } ")", R"(-1.5e3)", R"(true)",
        R"(false)", R"(null)", R"("")", R"([[[]],{"data":{"type":"x"}}])"}) {
    EXPECT_EQ(payload(data), data);
  }
}

TEST(Decode, SaysThatAPayloadIsAbsentOnlyWhenItIs) {
  EXPECT_TRUE(Decoding(R"({"type":"offer"})").As<inbound::Signal>()->payload.empty());
  EXPECT_EQ(Decoding(R"({"type":"offer","data":null})").As<inbound::Signal>()->payload.text,
            "null");
}

TEST(Decode, ReadsAGoodbyeWithAndWithoutItsNetwork) {
  const Decoding named(R"({"type":"goodbye","networkName":"room","fromPeerId":"hub's peer"})");
  ASSERT_NE(named.As<inbound::Goodbye>(), nullptr);
  EXPECT_EQ(named.As<inbound::Goodbye>()->network, "room");
  EXPECT_EQ(named.As<inbound::Goodbye>()->from, "hub's peer");
  EXPECT_TRUE(named.As<inbound::Goodbye>()->payload.empty());

  const Decoding unload(R"({"type":"goodbye","data":{"reason":"peer_disconnect"}})");
  ASSERT_NE(unload.As<inbound::Goodbye>(), nullptr);
  EXPECT_EQ(unload.As<inbound::Goodbye>()->network, "global");
  EXPECT_EQ(unload.As<inbound::Goodbye>()->payload.text, R"({"reason":"peer_disconnect"})");
}

TEST(Decode, ReadsAPing) { EXPECT_NE(Decoding(R"({"type":"ping"})").As<inbound::Ping>(), nullptr); }

TEST(Decode, ReadsWhatACleanupIsAbout) {
  const Decoding connected(
      R"({"type":"cleanup","data":{"targetPeerId":"b","reason":"connection_established"}})");
  ASSERT_NE(connected.As<inbound::Cleanup>(), nullptr);
  EXPECT_EQ(connected.As<inbound::Cleanup>()->report, PairReport());
  EXPECT_EQ(connected.As<inbound::Cleanup>()->target, "b");

  const Decoding other(R"({"type":"cleanup","data":{"reason":"timeout"},"targetPeerId":"c"})");
  ASSERT_NE(other.As<inbound::Cleanup>(), nullptr);
  EXPECT_FALSE(other.As<inbound::Cleanup>()->report.has_value());
  EXPECT_EQ(other.As<inbound::Cleanup>()->target, "c");

  EXPECT_NE(
      Decoding(R"({"type":"cleanup","data":"connection_established"})").As<inbound::Cleanup>(),
      nullptr);
}

TEST(Decode, ReadsHowAPairFares) {
  using Kind = PairReport::Kind;
  using Candidate = PairReport::Candidate;
  using Protocol = PairReport::Protocol;
  const std::string established = R"("reason":"connection_established")";
  const std::pair<std::string, std::optional<PairReport>> cases[] = {
      {established + R"(,"ms":164,"local":"host","remote":"srflx","protocol":"udp")",
       PairReport{164, Kind::kEstablished, Candidate::kHost, Candidate::kSrflx, Protocol::kUdp}},
      {established + R"(,"local":"prflx","remote":"relay","protocol":"tcp","state":"completed")",
       PairReport{0, Kind::kEstablished, Candidate::kPrflx, Candidate::kRelay, Protocol::kTcp}},
      {R"("reason":"connection_failed","ms":4294967295,"state":"failed")",
       PairReport{4'294'967'295, Kind::kFailed}},
      {R"("ms":7,"reason":"connection_lost")", PairReport{7, Kind::kLost}},
      // What has no meaning is not said.
      {established + R"(,"ms":4294967296,"local":"HOST","remote":"","protocol":"sctp")",
       PairReport()},
      {established + R"(,"ms":-1,"local":5,"remote":null,"protocol":["udp"])", PairReport()},
      {established + R"(,"ms":1.5)", PairReport()},
      {established + R"(,"ms":"7")", PairReport()},
      // The last one counts.
      {established + R"(,"ms":7,"ms":{},"local":"host","local":"x")", PairReport()},
      {established + R"(,"reason":"connection_lost")", PairReport{0, Kind::kLost}},
      {established + R"(,"reason":"timeout")", std::nullopt},
      {R"("reason":"established","ms":7)", std::nullopt},
      {R"("reason":"connection_","ms":7)", std::nullopt},
      {R"("reason":"Connection_failed")", std::nullopt},
      {R"("reason":5,"ms":7)", std::nullopt},
      {R"("ms":7)", std::nullopt},
  };
  for (const auto& [members, report] : cases) {
    const Decoding decoding(R"({"type":"cleanup","targetPeerId":"b","data":{)" + members + "}}");
    ASSERT_NE(decoding.As<inbound::Cleanup>(), nullptr) << members;
    EXPECT_EQ(decoding.As<inbound::Cleanup>()->report, report) << members;
    EXPECT_EQ(decoding.As<inbound::Cleanup>()->target, "b") << members;
  }
}

TEST(Decode, TakesEveryFalsyNetworkForGlobal) {
  for (const std::string name :
       {R"("")", "0", "-0", "0.0", "0e9", "null", "false", R"("global")"}) {
    const Decoding decoding(R"({"type":"offer","networkName":)" + name + "}");
    ASSERT_NE(decoding.As<inbound::Signal>(), nullptr) << name;
    EXPECT_EQ(decoding.As<inbound::Signal>()->network, "global") << name;
  }
  EXPECT_EQ(Decoding(R"({"type":"offer"})").As<inbound::Signal>()->network, "global");
}

TEST(Decode, RefusesANetworkThatIsNoName) {
  for (const std::string name : {"1", "-0.5", "0.01", "1e400", "true", "[]", "{}", R"(["room"])"}) {
    for (const std::string type : {"announce", "goodbye", "offer", "peer-disconnected"}) {
      EXPECT_TRUE(Decoding(R"({"networkName":)" + name + R"(,"type":")" + type + R"("})").invalid())
          << name << " in " << type;
    }
  }
}

TEST(Decode, TakesAZeroForNoNetworkAtAll) {
  for (const std::string zero : {"0", "-0", "0.00", "0e5", "-0.0E+17"}) {
    const Decoding decoding(R"({"type":"offer","networkName":)" + zero + "}");
    ASSERT_NE(decoding.As<inbound::Signal>(), nullptr) << zero;
    EXPECT_EQ(decoding.As<inbound::Signal>()->network, "global") << zero;
  }
  EXPECT_TRUE(Decoding(R"({"type":"offer","networkName":01})").invalid());
}

TEST(Decode, PassesNumbersOnAsTheyAreSpelt) {
  for (const std::string number : {"1e400", "-0.50", "100000000000000000000", "0E-0"}) {
    const Decoding decoding(R"({"type":"offer","data": )" + number + " }");
    ASSERT_NE(decoding.As<inbound::Signal>(), nullptr) << number;
    EXPECT_EQ(decoding.As<inbound::Signal>()->payload.text, number);
    EXPECT_EQ(Decoding(R"({"type":)" + number + "}").UnroutableType(), number);
  }
}

TEST(Decode, AsksForNoNetworkWhereNoneIsUsed) {
  EXPECT_NE(Decoding(R"({"type":"ping","networkName":5})").As<inbound::Ping>(), nullptr);
  EXPECT_EQ(Decoding(R"({"type":"cleanup-all","networkName":[]})").UnroutableType(), "cleanup-all");
}

TEST(Decode, TakesPeersThatAreNoStringsForAbsent) {
  for (const std::string peer : {"5", "null", "{}", "[\"a\"]", "true"}) {
    const Decoding decoding(R"({"type":"offer","targetPeerId":)" + peer + R"(,"fromPeerId":)" +
                            peer + "}");
    ASSERT_NE(decoding.As<inbound::Signal>(), nullptr) << peer;
    EXPECT_EQ(decoding.As<inbound::Signal>()->target, "");
    EXPECT_EQ(decoding.As<inbound::Signal>()->from, "");
  }
}

TEST(Decode, LetsTheLastOfTwoKeysWin) {
  const Decoding decoding(
      R"({"type":"ping","networkName":"first","targetPeerId":"x","fromPeerId":"f","data":{"n":1},)"
      R"("networkName":"second","targetPeerId":5,"fromPeerId":"g","data":2,"type":"offer"})");
  const auto* signal = decoding.As<inbound::Signal>();
  ASSERT_NE(signal, nullptr);
  EXPECT_EQ(signal->network, "second");
  EXPECT_EQ(signal->target, "");
  EXPECT_EQ(signal->from, "g");
  EXPECT_EQ(signal->payload.text, "2");

  EXPECT_EQ(Decoding(R"({"type":"offer","networkName":5,"networkName":""})")
                .As<inbound::Signal>()
                ->network,
            "global");
  EXPECT_EQ(Decoding(R"({"type":"offer","type":null})").UnroutableType(), "null");
}

TEST(Decode, ReadsEscapedKeysAndValues) {
  const Decoding decoding(
      R"({"\u0074ype":"\u006fffer","network\u004eame":"caf\u00e9 \ud83d\ude00\n\"",)"
      R"("\u0064ata":["\u0041"],"target\u0050eerId":"\u0061b"})");
  const auto* signal = decoding.As<inbound::Signal>();
  ASSERT_NE(signal, nullptr);
  EXPECT_EQ(signal->type, SignalType::kOffer);
  EXPECT_EQ(signal->network, "caf\u00e9 \U0001F600\n\"");
  EXPECT_EQ(signal->target, "ab");
  EXPECT_EQ(signal->payload.text, R"(["\u0041"])");
}

TEST(Decode, DoesNotTakeFieldsOfDataForItsOwn) {
  const Decoding decoding(
      R"({"type":"offer","data":{"type":"ping","networkName":"inner","data":1,"targetPeerId":"x"},)"
      R"("networkName":"outer"})");
  ASSERT_NE(decoding.As<inbound::Signal>(), nullptr);
  EXPECT_EQ(decoding.As<inbound::Signal>()->network, "outer");
  EXPECT_EQ(decoding.As<inbound::Signal>()->target, "");
}

TEST(Decode, PrintsATypeThatHasNoRouteAsTheReferenceDoes) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"type":"renegotiation-offer"})", "renegotiation-offer"},
      {R"({"type":"Offer"})", "Offer"},
      {R"({"type":""})", ""},
      {R"({"type":null})", "null"},
      {R"({"type":5})", "5"},
      {R"({"type": true })", "true"},
      {R"({"type":{"a":1}})", "[object Object]"},
      {R"({"type":[]})", ""},
      {R"({"type":[1,2]})", "1,2"},
      {R"({"type":"undefined"})", "undefined"},
      {R"({"kind":"offer"})", "undefined"},
      {"{}", "undefined"},
      {"[]", "undefined"},
      {R"([{"type":"offer"}])", "undefined"},
      {"5", "undefined"},
      {" -1.5e3\n", "undefined"},
      {R"("offer")", "undefined"},
      {"true", "undefined"},
      {"false", "undefined"},
      {"100000000000000000000", "undefined"},
  };
  for (const auto& [frame, type] : cases) {
    EXPECT_EQ(Decoding(frame).UnroutableType(), type) << frame;
  }
}

TEST(Decode, TakesAScalarWithAnyAmountOfSpaceBehindIt) {
  for (const std::string scalar : {"true", "5", "\"text\""}) {
    EXPECT_EQ(Decoding(scalar + std::string(2000, ' ')).UnroutableType(), "undefined");
  }
}

TEST(Decode, DoesNotRouteATypeThatOnlyPrintsLikeOne) {
  EXPECT_EQ(Decoding(R"({"type":["ping"]})").UnroutableType(), R"("ping")");
}

TEST(Decode, CutsALongTypeBetweenTwoCharacters) {
  const std::string ascii(100, 'x');
  EXPECT_EQ(Decoding(R"({"type":")" + ascii + R"("})").UnroutableType(), ascii.substr(0, 64));
  // Bytes 63 to 66 are one character, which does not fit.
  const std::string wide = std::string(63, 'x') + "\U0001F600";
  EXPECT_EQ(Decoding(R"({"type":")" + wide + R"("})").UnroutableType(), std::string(63, 'x'));
  const std::string exact = std::string(60, 'x') + "\U0001F600";
  EXPECT_EQ(Decoding(R"({"type":")" + exact + R"("})").UnroutableType(), exact);
}

TEST(Decode, IgnoresWhatIsNotJson) {
  const std::string_view cases[] = {
      "",
      " ",
      "null",
      " null ",
      "nul",
      "nulll",
      "undefined",
      "offer",
      "'offer'",
      "{",
      "}",
      "[",
      "]",
      "{}{}",
      "{} x",
      "{}}",
      "[]]",
      "5 6",
      "\"a\" \"b\"",
      "\"open",
      "truex",
      "falsel",
      "5x",
      "1,2",
      "1],[2",
      "\"\\x\"",
      "{\"type\"}",
      "{\"type\":}",
      "{\"type\":\"ping\"",
      "{\"type\":\"ping\",}",
      "{,\"type\":\"ping\"}",
      "{\"type\":\"ping\" \"a\":1}",
      "{\"type\" \"ping\"}",
      "{type:\"ping\"}",
      "{'type':'ping'}",
      "{\"type\":\"ping\"}}",
      "{\"type\":\"ping\"}\n{\"type\":\"ping\"}",
      "{\"type\":\"ping\",\"data\":[1,2}",
      "{\"type\":\"ping\",\"data\":{\"a\":1]}",
      "{\"type\":\"ping\",\"data\":{\"a\":1}",
      "\xef\xbb\xbf{\"type\":\"ping\"}",
      "{\"type\":\"ping\"/* comment */}",
      "{\"type\":\"ping\",\"\\q\":1}",
      "{\"t\xffype\":1}",
      "{\"type\":\"ping\",\"x\":\"\xc3\x28\"}",
      "{\"type\":\"ping\",\"x\":\"\xed\xa0\x80\"}",
      "{\"type\":\"ping\",\"x\":\"a\nb\"}",
      "{\"type\":\"ping\",\"x\":\"\x01\"}",
  };
  for (const std::string_view frame : cases) EXPECT_TRUE(Decoding(frame).invalid()) << frame;
  EXPECT_TRUE(Decoding(std::string_view("{\"type\":\"ping\"}\0", 16)).invalid());
  EXPECT_TRUE(Decoding(std::string_view("\0", 1)).invalid());
}

// Each of these stands where nothing but validation looks at it.
TEST(Decode, ValidatesWhatItDoesNotRead) {
  const std::string_view good[] = {"0",
                                   "-0",
                                   "1.5",
                                   "1e5",
                                   "1E+5",
                                   "1e-400",
                                   "9007199254740993",
                                   "100000000000000000000",
                                   "-1e308",
                                   R"("\u0041\/\b\f\n\r\t\\\"")",
                                   R"("\ud83d\ude00")",
                                   R"("\uD83D\uDE00x")",
                                   "[ ]",
                                   "{ }",
                                   R"({"":""})",
                                   "[[[[]]]]",
                                   "[true,false,null]",
                                   "1e400",
                                   "-1E+400",
                                   "1e-400",
                                   "0e0",
                                   "-0.0e-0",
                                   "10.010",
                                   "2.4703282292062327208e-324",
                                   "1e99999999999999999999"};
  const std::string_view bad[] = {"tru",
                                  "truee",
                                  "fals",
                                  "falsey",
                                  "nul",
                                  "nulls",
                                  "NaN",
                                  "Infinity",
                                  "01",
                                  "-",
                                  "+1",
                                  "1.",
                                  ".5",
                                  "1e+",
                                  "0x10",
                                  "1_000",
                                  "--1",
                                  "1a",
                                  "-01",
                                  "1.e5",
                                  "1.5.5",
                                  "1e5.5",
                                  "1e",
                                  "1e-",
                                  "1ee5",
                                  "1e5e5",
                                  "1-1",
                                  "--",
                                  "- 1",
                                  "1 1",
                                  "-e5",
                                  "-.5",
                                  "1\x01",
                                  "1\"\"",
                                  "[1,]",
                                  "[,1]",
                                  "[1 2]",
                                  "[1,,2]",
                                  "{\"a\"}",
                                  "{\"a\":1,}",
                                  "{1:2}",
                                  "{\"a\":1 \"b\":2}",
                                  R"("\x41")",
                                  R"("\u00")",
                                  R"("\u00g0")",
                                  R"("\u")",
                                  R"("\ud83d")",
                                  R"("\ude00")",
                                  R"("\ud83dx")",
                                  R"("\ud83d\n")",
                                  R"("\ud83d\u0041")",
                                  R"("\ud83d\ud83d")",
                                  R"("\")",
                                  R"("a" "b")"};
  for (const bool data : {true, false}) {
    const std::string before = data ? R"({"type":"ping","data":)" : R"({"type":"ping","x":[)";
    const std::string after = data ? "}" : "]}";
    for (const std::string_view text : good) {
      EXPECT_FALSE(Decoding(before + std::string(text) + after).invalid()) << text;
    }
    for (const std::string_view text : bad) {
      EXPECT_TRUE(Decoding(before + std::string(text) + after).invalid()) << text;
    }
  }
}

TEST(Decode, ServesManyMessagesOneAfterAnother) {
  Decoder decoder;
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(std::holds_alternative<Reason>(decoder.Decode("{")));
    for (const size_t size : {10u, 100'000u, 1'000u}) {
      const std::string sdp(size, 's');
      const auto result =
          decoder.Decode(R"({"type":"offer","networkName":"\u0061","data":")" + sdp + R"("})");
      const auto& signal = std::get<inbound::Signal>(std::get<inbound::Message>(result));
      EXPECT_EQ(signal.network, "a");
      EXPECT_EQ(signal.payload.text, '"' + sdp + '"');
    }
  }
}

}  // namespace
}  // namespace pigeonhub::wire
