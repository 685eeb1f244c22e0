// SPDX-License-Identifier: Apache-2.0

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "server/net/websocket/frame.h"
#include "server/wire/decode.h"
#include "server/wire/encode.h"

namespace pigeonhub::wire {
namespace {

// About 1.5 KB with the escapes that an SDP has: two a line.
std::string OfferFrame() {
  std::string frame = R"({"type":"offer","data":{"type":"offer","sdp":")";
  for (int line = 0; line < 34; ++line) frame += R"(a=candidate:1 1 UDP 2122 192.0.2.1 9\r\n)";
  return frame + R"("},"maxPeers":3,"networkName":"room","targetPeerId":")" + std::string(40, 'a') +
         R"("})";
}

std::string AnnounceFrame() {
  return R"({"type":"announce","data":{"peerId":")" + std::string(40, 'a') +
         R"(","name":"A","tags":[1,2,3]},"maxPeers":3,"networkName":"room"})";
}

void DecodeFrames(benchmark::State& state, const std::string& frame) {
  Decoder decoder;
  for (auto _ : state) {
    std::string bytes;
    bytes.reserve(frame.size() + Decoder::kSpareCapacity);
    bytes = frame;
    benchmark::DoNotOptimize(decoder.Decode(std::move(bytes)));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * frame.size()));
}
BENCHMARK_CAPTURE(DecodeFrames, offer, OfferFrame());
BENCHMARK_CAPTURE(DecodeFrames, announce, AnnounceFrame());
BENCHMARK_CAPTURE(DecodeFrames, ping, R"({"type":"ping"})");
std::string MegabyteOf(const std::string& number) {
  std::string frame = "[" + number;
  while (frame.size() < 1'048'000) frame += "," + number;
  return frame + "]";
}
BENCHMARK_CAPTURE(DecodeFrames, megabyte_of_ones, MegabyteOf("1"));
// Between two doubles: what takes longest to convert.
BENCHMARK_CAPTURE(DecodeFrames, megabyte_of_halves, MegabyteOf("2.4703282292062327208e-324"));

void EncodeOffer(benchmark::State& state) {
  const auto buffer = std::make_shared<const std::string>(OfferFrame());
  const outbound::Message message =
      outbound::Signal{SignalType::kOffer, std::make_shared<const std::string>("room"), PeerId(),
                       PeerId(), RawJson{buffer, *buffer}};
  for (auto _ : state) {
    std::string out;
    EncodeTo(message, 1760000000000, PeerId(), out);
    benchmark::DoNotOptimize(out);
  }
}
BENCHMARK(EncodeOffer);

void EncodeDiscoveredTemplate(benchmark::State& state) {
  const outbound::Message message =
      outbound::Discovered{std::make_shared<const std::string>("room"), PeerId(), false,
                           std::make_shared<const std::string>(R"("name":"A","tags":[1,2,3])")};
  for (auto _ : state) benchmark::DoNotOptimize(Encode(message, 1760000000000));
}
BENCHMARK(EncodeDiscoveredTemplate);

}  // namespace
}  // namespace pigeonhub::wire
