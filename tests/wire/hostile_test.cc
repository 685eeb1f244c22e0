// SPDX-License-Identifier: Apache-2.0
//
// Documents that are made to cost: nesting, size, many tokens.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/wire/allocation_meter.h"
#include "tests/wire/decoding.h"

namespace pigeonhub::wire {
namespace {

constexpr size_t kMegabyte = 1 << 20;

std::string Repeated(std::string_view text, size_t times) {
  std::string repeated;
  repeated.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) repeated += text;
  return repeated;
}

std::string Nested(std::string_view open, std::string_view close, size_t levels) {
  return Repeated(open, levels) + "1" + Repeated(close, levels);
}

TEST(HostileNesting, IsRefusedBeyondAThousandLevels) {
  EXPECT_FALSE(Decoding(Nested("[", "]", 1000)).invalid());
  EXPECT_TRUE(Decoding(Nested("[", "]", 1001)).invalid());
  const auto in_data = [](size_t levels) {
    return R"({"type":"offer","data":)" + Nested("[", "]", levels) + "}";
  };
  EXPECT_FALSE(Decoding(in_data(999)).invalid());
  EXPECT_TRUE(Decoding(in_data(1000)).invalid());
}

TEST(HostileNesting, IsRefusedAtAnyDepthAndInAnyPlace) {
  for (const size_t levels : {5'000u, 50'000u, 170'000u}) {
    for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"[", "]"},
                                      {"{\"a\":", "}"},
                                      {"[{\"a\":", "}]"}}) {
      const std::string deep = Nested(open, close, levels);
      EXPECT_TRUE(Decoding(deep).invalid());
      EXPECT_TRUE(Decoding(R"({"type":"announce","data":)" + deep + "}").invalid());
      EXPECT_TRUE(Decoding(R"({"type":)" + deep + "}").invalid());
      EXPECT_TRUE(Decoding(R"({"networkName":)" + deep + "}").invalid());
      EXPECT_TRUE(Decoding(R"({"other":)" + deep + "}").invalid());
    }
    EXPECT_TRUE(Decoding(std::string(levels, '[')).invalid());
    EXPECT_TRUE(Decoding(std::string(levels, ']')).invalid());
    EXPECT_TRUE(Decoding(R"({"data":)" + std::string(levels, '[') + "}").invalid());
    EXPECT_TRUE(Decoding(Repeated("{\"a\":", levels) + "}").invalid());
  }
}

std::vector<std::string> CostlyMegabytes() {
  const auto announce = [](const std::string& data) {
    return R"({"type":"announce","networkName":"\u0061","data":)" + data + "}";
  };
  return {
      "[" + Repeated("1,", kMegabyte / 2 - 2) + "1]",
      "[" + Repeated("[],", kMegabyte / 3 - 2) + "1]",
      "[" + Repeated("\"\",", kMegabyte / 3 - 2) + "1]",
      Repeated("\"", kMegabyte),
      Repeated("\\", kMegabyte),
      Repeated(",", kMegabyte),
      Repeated(" ", kMegabyte),
      "[" + Repeated("9", kMegabyte - 2) + "]",
      Repeated("9", kMegabyte),
      "\"" + Repeated("\\n", kMegabyte / 2 - 2) + "\"",
      announce("[" + Repeated("1,", kMegabyte / 2 - 50) + "1]"),
      announce("{\"a\":[" + Repeated("1,", kMegabyte / 2 - 50) + "1]}"),
      announce("{" + Repeated("\"\":1,", kMegabyte / 5 - 50) + "\"\":1}"),
      announce("{" + Repeated("\"peerId\":1,", kMegabyte / 11 - 50) + "\"\":1}"),
      announce("{\"peerId\":\"" + Repeated("\\n", kMegabyte / 2 - 50) + "\"}"),
      announce("{\"" + Repeated("\\n", kMegabyte / 2 - 50) + "\":1}"),
  };
}

TEST(HostileSize, TakesAFewTimesTheFrameAndGivesItBack) {
  Decoder decoder;
  decoder.Decode(R"({"type":"announce","data":{"a":1}})");
  const size_t at_rest = AllocatedBytes();
  for (std::string& frame : CostlyMegabytes()) {
    const std::string start = frame.substr(0, 60);
    ResetPeakAllocatedBytes();
    const size_t before = AllocatedBytes();
    decoder.Decode(std::move(frame));
    EXPECT_LT(PeakAllocatedBytes() - before, 14 * kMegabyte) << start;
  }
  decoder.Decode(R"({"type":"announce","data":{"a":1}})");
  EXPECT_LT(AllocatedBytes(), at_rest + kMegabyte / 8);
}

TEST(HostileSize, KeepsLittleAfterManySmallMessages) {
  const size_t before = AllocatedBytes();
  Decoder decoder;
  for (size_t size = 1; size < 64 * 1024; size += 977) {
    decoder.Decode(R"({"type":"announce","data":{"a":")" + std::string(size, 'x') + "\"}}");
  }
  decoder.Decode(R"({"type":"ping"})");
  EXPECT_LT(AllocatedBytes() - before, kMegabyte);
}

TEST(HostileSize, StillReadsWhatItSays) {
  const Decoding decoding(R"({"type":"offer","networkName":"\u0061","data":[)" +
                          Repeated("1,", kMegabyte / 2) + "1]}");
  ASSERT_NE(decoding.As<inbound::Signal>(), nullptr);
  EXPECT_EQ(decoding.As<inbound::Signal>()->network, "a");
  EXPECT_EQ(decoding.As<inbound::Signal>()->payload.text.size(), kMegabyte + 3);
}

TEST(HostileCut, IsRefusedWhereverAMessageEnds) {
  const std::string whole =
      R"({"type":"announce","networkName":"r\u00f6om","data":{"peerId":"a","n":[1,-2.5e3,true],)"
      R"("o":{"x":null,"y":"\ud83d\ude00"}},"maxPeers":3})";
  ASSERT_FALSE(Decoding(whole).invalid());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(Decoding(whole.substr(0, size)).invalid()) << size;
  }
}

}  // namespace
}  // namespace pigeonhub::wire
