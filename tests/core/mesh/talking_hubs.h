// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/core/mesh/conversation.h"
#include "tests/support/core_text.h"

namespace pigeonhub {

using BodyPtr = std::shared_ptr<const mesh::Body>;

// One of the two, with what it heard.
struct Side {
  explicit Side(uint64_t seed, const Conversation::Room& room = {})
      : random(seed), streams(random), talk(streams, room, gather) {}

  void Say(const std::string& word) {
    talk.Say(mesh::Want{std::make_shared<const std::string>(word)});
  }
  void SayNow(const std::string& word) {
    talk.SayNow(mesh::Want{std::make_shared<const std::string>(word)});
  }
  void Signal(const std::string& word, const PeerId& from = Id('1')) {
    EXPECT_THAT(talk.SaySignal({SignalType::kOffer, from, Id('2'),
                                std::make_shared<const std::string>("room"), Json(word)}),
                ::testing::IsEmpty());
  }
  // What is said again by now.
  std::vector<BodyPtr> Again(SteadyTime now) {
    talk.SayAgainWhenDue(now);
    std::vector<BodyPtr> again;
    while (BodyPtr body = Next(now)) again.push_back(body);
    return again;
  }
  BodyPtr Next(SteadyTime now) {
    return talk.NextBody(now, [](const PeerId& peer) {
      return mesh::Join{peer,   std::make_shared<const std::string>("room"), 1, false, false,
                        nullptr};
    });
  }
  Conversation::Heard Hear(SteadyTime now, const BodyPtr& body) {
    if (body == nullptr) {
      ADD_FAILURE() << "there is nothing to hear";
      return {};
    }
    const Conversation::Heard result = talk.Hear(now, *body);
    if (!result.accepted) return result;
    for (const mesh::Op& op : body->ops) {
      if (const auto* want = std::get_if<mesh::Want>(&op)) heard.push_back(*want->network);
      if (const auto* join = std::get_if<mesh::Join>(&op)) {
        heard.push_back(join->peer == Id('f') ? "join" : "join " + ToText(join->peer));
      }
      if (const auto* signal = std::get_if<mesh::Signal>(&op)) {
        heard.emplace_back(signal->payload.text);
      }
    }
    return result;
  }

  Random random;
  StreamNumbers streams;
  Duration gather{};
  Conversation talk;
  std::vector<std::string> heard;
};

class TwoHubs : public ::testing::Test {
 protected:
  // Everything that may be said is, and arrives.
  void Flow() {
    for (bool more = true; more;) {
      more = false;
      for (auto [from, to] : {std::pair(&a_, &b_), std::pair(&b_, &a_)}) {
        while (BodyPtr body = from->Next(now_)) {
          to->Hear(now_, body);
          more = true;
        }
        if (BodyPtr ack = from->talk.TakeAck(now_)) {
          to->Hear(now_, ack);
          more = true;
        }
      }
    }
  }

  SteadyTime now_{std::chrono::hours(1)};
  Side a_{1};
  Side b_{2};
};

inline mesh::Signal Large(size_t bytes) {
  return {SignalType::kOffer, Id('1'), Id('2'), std::make_shared<const std::string>("room"),
          Json(std::string(bytes, '7'))};
}

}  // namespace pigeonhub
