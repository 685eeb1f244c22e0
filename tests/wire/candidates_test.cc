// SPDX-License-Identifier: Apache-2.0

#include "server/wire/candidates.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/wire/decoding.h"

namespace pigeonhub::wire {
namespace {

// "host 1, v4 1, udp 1".
std::string TextOf(const CandidateTally& tally) {
  std::string text;
  const auto add = [&](const char* name, unsigned count) {
    if (count == 0) return;
    text += (text.empty() ? "" : ", ") + std::string(name) + ' ' + std::to_string(count);
  };
  add("host", tally.host);
  add("mdns", tally.mdns);
  add("srflx", tally.srflx);
  add("relay", tally.relay);
  add("v4", tally.v4);
  add("v6", tally.v6);
  add("udp", tally.udp);
  add("tcp", tally.tcp);
  return text;
}

std::string Counted(std::string_view data, SignalType type = SignalType::kOffer) {
  return TextOf(CountCandidates(type, data));
}

struct Row {
  std::string_view line;  // behind "candidate:"
  std::string_view counted;
};

// As browsers and libraries write them.
constexpr Row kRows[] = {
    {"2999745851 1 udp 2122260223 192.0.2.17 56143 typ host generation 0 network-id 1",
     "host 1, v4 1, udp 1"},
    {"2999745851 1 UDP 2122260223 2001:db8::1 56143 typ host", "host 1, v6 1, udp 1"},
    {"1 1 udp 2113937151 5f1c9f3a-1b2c-4d5e-8f90-0a1b2c3d4e5f.local 51472 typ host",
     "mdns 1, udp 1"},
    {"842163049 1 udp 1686052607 203.0.113.77 61000 typ srflx raddr 192.0.2.17 rport 56143",
     "srflx 1, v4 1, udp 1"},
    {"842163049 1 udp 1686052607 203.0.113.77 61000 typ srflx raddr 0.0.0.0 rport 0",
     "srflx 1, v4 1, udp 1"},
    {"842163049 1 udp 1686052607 203.0.113.77 61000 typ srflx generation 0 rport 56143",
     "srflx 1, v4 1, udp 1"},
    {"3 1 udp 41885695 198.51.100.9 50000 typ relay raddr 203.0.113.77 rport 61000",
     "relay 1, v4 1, udp 1"},
    {"4233069003 1 tcp 1518280447 192.0.2.17 9 typ host tcptype active", "host 1, v4 1, tcp 1"},
    {"4233069003 1 TCP 1518280447 2001:db8::1 9 typ host tcptype passive", "host 1, v6 1, tcp 1"},
    {"1 1 sctp 1 192.0.2.17 9 typ host", "host 1, v4 1"},
    {"1 1 udp 1 192.0.2.17 9 typ prflx", ""},
    {"1 1 udp 1 192.0.2.17 9 typ", ""},
    {"1 1 udp 1 192.0.2.17 9", ""},
    {"1 1 udp 1 192.0.2.17 9 kind host", ""},
    {"1  1 udp 1 192.0.2.17 9 typ host", ""},
    {"1 1 udp 1 192.0.2.17 9 typ srflx raddr 192.0.2.1 rport 65536", "srflx 1, v4 1, udp 1"},
    {"1 1 udp 1 192.0.2.17 9 typ srflx raddr 192.0.2.1 rport", "srflx 1, v4 1, udp 1"},
    {"", ""},
};

TEST(CountCandidates, ReadsTheLineOfAnIceCandidate) {
  for (const auto& [line, counted] : kRows) {
    const std::string candidate = "candidate:" + std::string(line);
    for (const std::string& data :
         {R"({"candidate":{"candidate":")" + candidate + R"(","sdpMid":"0"}})",
          R"({"candidate":")" + candidate + "\"}", candidate}) {
      EXPECT_EQ(Counted(data, SignalType::kIceCandidate), counted) << data;
    }
  }
}

TEST(CountCandidates, ReadsOneLineOfAnIceCandidate) {
  const std::string line = "candidate:1 1 udp 1 192.0.2.1 9 typ host ";
  EXPECT_EQ(Counted(line + line, SignalType::kIceCandidate), "host 1, v4 1, udp 1");
  EXPECT_EQ(Counted(line + line, SignalType::kAnswer), "host 2, v4 2, udp 2");
}

TEST(CountCandidates, ReadsTheLinesOfASessionDescription) {
  std::string sdp = R"({"type":"offer","sdp":"v=0\r\nm=application 9 UDP/DTLS/SCTP\r\n)";
  for (const Row& row : kRows) sdp += "a=candidate:" + std::string(row.line) + R"(\r\n)";
  sdp += R"(a=ice-ufrag:k3Jq\r\n"})";
  EXPECT_EQ(Counted(sdp), "host 5, mdns 1, srflx 5, relay 1, v4 9, v6 2, udp 9, tcp 2");
}

TEST(CountCandidates, ReadsOddLines) {
  constexpr Row kOdd[] = {
      {"candidate:1 1 Udp 1 192.0.2.1 9 typ host", "host 1, v4 1, udp 1"},
      {"candidate:1 1 udp 1 192.0.2.1 9 TYP host", ""},
      {"candidate:1 1 udp 1 192.0.2.1 9 typ HOST", ""},
      {"CANDIDATE:1 1 udp 1 192.0.2.1 9 typ host", ""},
      {"candidate: 1 1 udp 1 192.0.2.1 9 typ host", ""},
      {"candidate:1 1 udp 1 192.0.2.1 9 typ  host", ""},
      {"candidate:1 1 udp 1 192.0.2.1 9 typ host   ", "host 1, v4 1, udp 1"},
      {"candidate:1 1 udp 1 192.0.2.1 9 typ hosts", ""},
      {R"(candidate:1 1 udp 1 ::1 9 typ host\r\na=x)", "host 1, v6 1, udp 1"},
      {R"(candidate:1 1 udp 1 ::1 9 typ host\na=x)", "host 1, v6 1, udp 1"},
      {R"(candidate:1 1 udp 1 ::1 9 typ host\u000d\u000aa=x)", "host 1, v6 1, udp 1"},
      {"candidate:1 1 udp 1 ::1 9 typ host\r\n", ""},  // no JSON
      // A line that was cut off takes nothing from the next one.
      {R"(candidate:1 1 udp 1 ::1\r\na=candidate:2 1 tcp 1 192.0.2.1 9 typ relay\r\n)",
       "relay 1, v4 1, tcp 1"},
      {R"(candidate:1 1 udp 1 ::1 9 typ\r\na=candidate:2 1 tcp 1 192.0.2.1 9 typ relay\r\n)",
       "relay 1, v4 1, tcp 1"},
      {"candidate:candidate:1 1 udp 1 192.0.2.1 9 typ host", "host 1, v4 1, udp 1"},
  };
  for (const auto& [data, counted] : kOdd) EXPECT_EQ(Counted(data), counted) << data;
}

TEST(CountCandidates, ReadsNoLineThatIsCutOff) {
  const std::string line = "candidate:1 1 udp 1 192.0.2.1 9 typ host";
  for (size_t size = 0; size < line.size(); ++size) {
    EXPECT_EQ(Counted(line.substr(0, size)), "") << size;
  }
  EXPECT_EQ(Counted(line), "host 1, v4 1, udp 1");
}

TEST(CountCandidates, FindsALineWhereverItBegins) {
  const std::string line = "candidate:1 1 udp 1 192.0.2.1 9 typ host";
  for (size_t at = 0; at < 200; ++at) {
    for (const std::string_view filling : {"ca", "da", "candidate", "\xC3\xA9"}) {
      std::string before;
      while (before.size() < at) before += filling;
      before.resize(at);
      for (const size_t behind : {0, 1, 100}) {
        EXPECT_EQ(Counted(before + line + std::string(behind, ' ')), "host 1, v4 1, udp 1")
            << at << ' ' << filling << ' ' << behind;
      }
    }
  }
}

TEST(CountCandidates, ReadsLinesOf256Bytes) {
  const auto line = [](size_t name) {
    return "candidate:1 1 udp 1 " + std::string(name, 'a') + ".local 9 typ host";
  };
  const size_t others = line(0).size() - std::string_view("candidate:").size();
  for (size_t size = others; size <= 256; ++size) {
    EXPECT_EQ(Counted(line(size - others)), "mdns 1, udp 1") << size;
  }
  EXPECT_EQ(Counted(line(257 - others)), "");
}

TEST(CountCandidates, FindsNothingWhereNothingIs) {
  for (const std::string_view data :
       {"", "null", R"({"candidate":null})", R"({"candidate":{"candidate":""}})", "candidate:",
        R"({"type":"answer","sdp":"v=0\r\na=ice-options:trickle\r\n"})", "candidate"}) {
    EXPECT_TRUE(CountCandidates(SignalType::kOffer, data).empty()) << data;
  }
}

TEST(CountCandidates, ReadsNoMoreThan64Lines) {
  std::string sdp;
  for (int i = 0; i < 100; ++i) sdp += "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\\r\\n";
  EXPECT_EQ(Counted(sdp), "host 64, v4 64, udp 64");
}

TEST(Decode, CountsTheCandidatesOfASignalAndPassesItOnAsItCame) {
  const std::string data =
      R"({"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","sdpMid":"0"})";
  const Decoding decoding(R"({"type":"ice-candidate","data":)" + data + "}");
  const auto* signal = decoding.As<inbound::Signal>();
  ASSERT_NE(signal, nullptr);
  EXPECT_EQ(TextOf(signal->candidates), "host 1, v4 1, udp 1");
  EXPECT_EQ(signal->payload.text, data);
}

}  // namespace
}  // namespace pigeonhub::wire
