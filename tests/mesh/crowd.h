// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/mesh/services.h"
#include "tests/mesh/world.h"

namespace pigeonhub::sim {

// Many peers that announce and then only count what they are told. None of them may be refused.
class Crowd : public Party {
 public:
  explicit Crowd(FakeNetwork& network) : network_(network) {}

  void Join(const std::string& hub, const std::string& room) {
    const uint64_t number = rooms_.size();
    rooms_.push_back(room);
    network_.Dial(*this, number, "", UrlOf(hub), IdOf("crowd" + std::to_string(number)).text());
  }

  // Party
  void OnDialed(uint64_t tag, EndId end) override {
    network_.Send(end, R"({"type":"announce","networkName":")" + rooms_[tag] +
                           R"(","data":{"peerId":")" +
                           std::string(IdOf("crowd" + std::to_string(tag)).text()) + R"("}})");
  }
  void OnDialFailed(uint64_t) override { std::abort(); }
  void OnFrame(EndId, std::string text) override {
    ++(text.find("peer-disconnected") == std::string::npos ? news_ : left_);
  }
  void OnEnd(EndId, const Ending&) override {}

  // Frames: of members that left, and all others.
  uint64_t left() const { return left_; }
  uint64_t news() const { return news_; }
  uint64_t heard() const { return news_ + left_; }

 private:
  FakeNetwork& network_;
  std::vector<std::string> rooms_;
  uint64_t news_ = 0;
  uint64_t left_ = 0;
};

}  // namespace pigeonhub::sim
