// SPDX-License-Identifier: Apache-2.0
//
// loops_cost [TIMES]   how long a signal takes from Dispatcher::Submit to its loop, in nanoseconds,
//                      where one loop, two and so on submit at once
//
// What the locks of the hub cost, and what loops wait for each other. No sockets, no JSON.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/core/hub.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/event_log.h"
#include "tests/support/core_text.h"

namespace {

using namespace pigeonhub;  // NOLINT(google-build-using-namespace): a program of one file

constexpr size_t kRounds = 7;
constexpr size_t kPeers = 100;  // of a loop

class Nowhere final : public Outlet {
 public:
  void Deliver(Effects&) override {}
  void Wake() override {}
};

// Each loop has its peers, in a namespace of their own or all in one.
class Loops {
 public:
  Loops(unsigned loops, bool one_namespace)
      : hub_(Options(loops), 1), dispatcher_(hub_, clock_, events_, loops) {
    for (unsigned loop = 0; loop < loops; ++loop) dispatcher_.Attach(loop, nowhere_);
    if (!dispatcher_.Command(StartSignaling{"localhost", 3000}).ok()) std::abort();
    for (unsigned loop = 0; loop < loops; ++loop) {
      names_.push_back("room" + std::to_string(one_namespace ? 0 : loop));
      ids_.emplace_back();
      for (size_t peer = 0; peer < kPeers; ++peer) {
        const PeerId id = NumberedId(loop * kPeers + peer + 1);
        ids_.back().emplace_back(id.text());
        const ConnectionId connection{loop, peer + 1};
        dispatcher_.Submit(loop, Opened{connection, id.text(), "127.0.0.1"});
        dispatcher_.Submit(loop, Received{connection, inbound::Announce{names_.back(), {}}});
      }
    }
    for (unsigned loop = 0; loop < loops; ++loop) {
      offers_.emplace_back();
      for (size_t peer = 0; peer < kPeers; ++peer) {
        const auto text = std::make_shared<const std::string>(R"({"sdp":"v=0"})");
        const std::string& target = ids_[loop][(peer + 1) % kPeers];
        offers_.back().push_back(
            Received{ConnectionId{loop, peer + 1},
                     inbound::Signal{SignalType::kOffer, names_[loop], "", target, {text, *text}}});
      }
    }
  }

  // All loops at once, `times` each: the median of several rounds, for one signal of one loop.
  double NanosecondsEach(size_t times) {
    std::vector<double> rounds;
    for (size_t round = 0; round < kRounds; ++round) {
      std::atomic<size_t> ready{0};
      std::vector<std::thread> threads;
      std::vector<double> took(offers_.size());
      for (unsigned loop = 0; loop < offers_.size(); ++loop) {
        threads.emplace_back([&, loop] {
          ++ready;
          while (ready < offers_.size()) std::this_thread::yield();
          const auto began = std::chrono::steady_clock::now();
          for (size_t i = 0; i < times; ++i) dispatcher_.Submit(loop, offers_[loop][i % kPeers]);
          took[loop] =
              std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - began)
                  .count();
        });
      }
      for (std::thread& thread : threads) thread.join();
      rounds.push_back(*std::max_element(took.begin(), took.end()) / static_cast<double>(times));
    }
    std::nth_element(rounds.begin(), rounds.begin() + kRounds / 2, rounds.end());
    return rounds[kRounds / 2];
  }

 private:
  static HubOptions Options(unsigned loops) {
    HubOptions options;
    options.limits.max_connections = loops * kPeers;
    return options;
  }

  SystemClock clock_;
  EventLog events_;
  Hub hub_;
  Dispatcher dispatcher_;
  Nowhere nowhere_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> ids_;
  std::vector<std::vector<Input>> offers_;
};

}  // namespace

int main(int argc, char** argv) {
  const size_t times = argc == 1 ? 200'000 : std::strtoul(argv[1], nullptr, 10);
  if (times == 0 || argc > 2) {
    std::fputs("usage: loops_cost [TIMES]; TIMES is 1 or more\n", stderr);
    return 2;
  }
  std::printf("%8s %24s %20s\n", "loops", "a namespace each, ns", "one namespace, ns");
  for (unsigned loops = 1; loops <= std::max(2u, std::thread::hardware_concurrency()); loops *= 2) {
    std::printf("%8u %24.0f %20.0f\n", loops, Loops(loops, false).NanosecondsEach(times),
                Loops(loops, true).NanosecondsEach(times));
  }
}
