// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/sample_signal.h"

#include <charconv>

namespace pigeonhub::bench {
namespace {

constexpr uint64_t kEpoch = 1'700'000'000'000;  // sequence number 0, in Unix ms

// A data channel's offer with the candidates a browser gathers on a laptop. The standard lets a
// password and a user name fragment have up to 256 characters: there the size is made up.
constexpr std::string_view kOfferBeforeStretch =
    R"({"type":"offer","sdp":"v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n)"
    R"(a=group:BUNDLE 0\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n)"
    R"(m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n)"
    R"(a=candidate:2999745851 1 udp 2122260223 192.0.2.17 56143 typ host generation 0 network-id 1 network-cost 10\r\n)"
    R"(a=candidate:1510613869 1 udp 2122194687 198.51.100.4 58210 typ host generation 0 network-id 2 network-cost 50\r\n)"
    R"(a=candidate:842163049 1 udp 1686052607 203.0.113.77 56143 typ srflx raddr 192.0.2.17 rport 56143 generation 0 network-id 1 network-cost 10\r\n)"
    R"(a=candidate:4233069003 1 tcp 1518280447 192.0.2.17 9 typ host tcptype active generation 0 network-id 1 network-cost 10\r\n)"
    R"(a=ice-ufrag:k3Jq\r\na=ice-pwd:)";
constexpr std::string_view kOfferAfterStretch =
    R"(\r\na=ice-options:trickle\r\na=fingerprint:sha-256 )"
    R"(6B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08\r\n)"
    R"(a=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n","timestamp":)";

constexpr std::string_view kCandidateBeforeStretch =
    R"({"candidate":"candidate:842163049 1 udp 1686052607 203.0.113.7 56143 typ srflx ufrag )";
constexpr std::string_view kCandidateAfterStretch =
    R"(","sdpMid":"0","sdpMLineIndex":0,"timestamp":)";

constexpr std::string_view kIceCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";

std::string Stretch(size_t size) {
  std::string text(size, ' ');
  for (size_t i = 0; i < size; ++i) text[i] = kIceCharacters[(i * 37 + 11) % kIceCharacters.size()];
  return text;
}

}  // namespace

std::string_view TypeOf(SignalKind kind) {
  return kind == SignalKind::kOffer ? "offer" : "ice-candidate";
}

SampleSignal MakeSignal(SignalKind kind, std::string_view namespace_name, std::string_view target,
                        size_t size) {
  const bool offer = kind == SignalKind::kOffer;
  const std::string_view before = offer ? kOfferBeforeStretch : kCandidateBeforeStretch;
  const std::string_view after = offer ? kOfferAfterStretch : kCandidateAfterStretch;
  const size_t shortest = offer ? 24 : 4;  // of a password, of a user name fragment

  const std::string head = "{\"type\":\"" + std::string(TypeOf(kind)) + "\",\"data\":";
  const std::string tail = ",\"maxPeers\":3,\"networkName\":\"" + std::string(namespace_name) +
                           "\",\"targetPeerId\":\"" + std::string(target) + "\"}";
  const size_t fixed =
      head.size() + before.size() + after.size() + kSequenceDigits + 1 + tail.size();

  SampleSignal signal;
  signal.data_offset = head.size();
  signal.data.append(before)
      .append(Stretch(size > fixed + shortest ? size - fixed : shortest))
      .append(after);
  signal.sequence_offset = signal.data.size();
  signal.data.append(SequenceDigits(0)).append("}");
  signal.message = head + signal.data + tail;
  return signal;
}

std::string SequenceDigits(uint64_t sequence) { return std::to_string(kEpoch + sequence); }

uint64_t SequenceFrom(std::string_view digits) {
  uint64_t time = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), time);
  if (result.ec != std::errc() || result.ptr != digits.data() + digits.size() || time < kEpoch) {
    return UINT64_MAX;
  }
  return time - kEpoch;
}

}  // namespace pigeonhub::bench
