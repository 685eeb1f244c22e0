// SPDX-License-Identifier: Apache-2.0
//
// core_cost [TIMES]          how long the core takes for an input, in nanoseconds
// core_cost operations       the names of what can be run alone, and the compiler of this program
// core_cost run NAME TIMES   does nothing else, so often: for who counts instructions
//
// This is what one thread may do at a time, whatever the number of cores, but for quiet signals. No
// sockets, no JSON. Each input comes with the question for the next deadline, and quiet signals
// without, as in the hub.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/hub.h"
#include "server/core/peers/quiet_signals.h"
#include "tests/support/core_text.h"

namespace {

using namespace pigeonhub;  // NOLINT(google-build-using-namespace): a program of one file

constexpr char kRoom[] = "room";
constexpr size_t kRounds = 7;

ConnectionId ConnectionOf(size_t peer) { return {0, peer + 1}; }

// A hub with so many peers in one namespace.
class Room {
 public:
  explicit Room(size_t peers) {
    now_.steady = SteadyTime(std::chrono::hours(1));
    HubOptions options;
    options.limits.max_connections = peers + 1;
    for (std::optional<Rate>* rate : {&options.message_rate, &options.byte_rate,
                                      &options.announce_rate, &options.fanout_rate}) {
      *rate = Rate{};
    }
    hub_ = std::make_unique<Hub>(options, 1);
    Handle(StartSignaling{"localhost", 3000});
    for (size_t peer = 0; peer <= peers; ++peer) ids_.push_back(NumberedId(peer + 1));
    for (size_t peer = 0; peer < peers; ++peer) Come(peer);
    const auto text = std::make_shared<const std::string>(R"({"sdp":"v=0"})");
    offer_ =
        Received{ConnectionOf(0),
                 inbound::Signal{SignalType::kOffer, kRoom, "", ids_[1].text(), {text, *text}}};
  }

  void Signal() {
    effects_.clear();
    QuietSignals& signals = hub_->quiet_signals();
    const std::optional<QuietSignal> quiet = signals.Find(offer_);
    if (quiet.has_value() && signals.Pass(now_, offer_, *quiet, effects_)) return;
    Handle(offer_);
  }
  // Somebody watches the handshake of these two from now on, and of nobody else.
  void Watch(size_t one, size_t other) {
    Handle(WatchHandshakes{{{std::pair(ids_[one], ids_[other]), ""}}});
  }
  void Unwatch() { Handle(WatchHandshakes{}); }
  void Announce() {
    inbound::Announce announce;
    announce.network = kRoom;
    announce.profile.members =
        std::make_shared<const std::string>("\"n\":" + std::to_string(++announced_));
    Handle(Received{ConnectionOf(0), announce});
  }
  // One more peer connects, announces and leaves.
  void Visit() {
    const size_t visitor = ids_.size() - 1;
    Come(visitor);
    Closed closed;
    closed.connection = ConnectionOf(visitor);
    Handle(closed);
  }

  // The median of several rounds of `times`, for one.
  double NanosecondsEach(void (Room::*input)(), size_t times) {
    std::vector<double> rounds;
    for (size_t round = 0; round < kRounds; ++round) {
      const auto began = std::chrono::steady_clock::now();
      for (size_t i = 0; i < times; ++i) (this->*input)();
      const std::chrono::duration<double, std::nano> took =
          std::chrono::steady_clock::now() - began;
      rounds.push_back(took.count() / static_cast<double>(times));
    }
    std::nth_element(rounds.begin(), rounds.begin() + kRounds / 2, rounds.end());
    return rounds[kRounds / 2];
  }

 private:
  void Come(size_t peer) {
    Handle(Opened{ConnectionOf(peer), ids_[peer].text(), "127.0.0.1"});
    Handle(Received{ConnectionOf(peer), inbound::Announce{kRoom, {}}});
  }
  void Handle(const Input& input) {
    effects_.clear();
    if (!hub_->Handle(now_, input, effects_).ok()) std::abort();
    (void)hub_->NextDeadline();
  }

  std::unique_ptr<Hub> hub_;
  Now now_;
  Effects effects_;
  std::vector<PeerId> ids_;
  Received offer_;
  uint64_t announced_ = 0;
};

// What can be run alone.
struct Operation {
  const char* name;
  size_t peers;
  void (Room::*input)();
  // Before it, once; may be null.
  void (*prepare)(Room& room);
};
constexpr Operation kOperations[] = {
    {"signal", 100, &Room::Signal, nullptr},
    {"signal-beside-watched", 100, &Room::Signal, [](Room& room) { room.Watch(2, 3); }},
    {"signal-watched", 100, &Room::Signal, [](Room& room) { room.Watch(0, 1); }},
    {"announce-8", 8, &Room::Announce, nullptr},
    {"announce-100", 100, &Room::Announce, nullptr},
    {"come-and-leave-8", 8, &Room::Visit, nullptr},
    {"come-and-leave-100", 100, &Room::Visit, nullptr},
};

int List() {
  for (const Operation& one : kOperations) std::printf("%s\n", one.name);
  std::printf("compiler %s\n", __VERSION__);
  return 0;
}

int Run(std::string_view name, size_t times) {
  for (const Operation& one : kOperations) {
    if (one.name != name) continue;
    Room room(one.peers);
    if (one.prepare != nullptr) one.prepare(room);
    for (size_t i = 0; i < times; ++i) (room.*one.input)();
    return 0;
  }
  std::fprintf(stderr,
               "core_cost: no operation has this name; 'core_cost operations' lists them\n");
  return 2;
}

void Measure(size_t times) {
  std::printf("%8s %12s %12s %12s %16s %20s\n", "peers", "signal ns", "others seen", "seen",
              "announce ns", "come and leave ns");
  for (const size_t peers : {8, 100, 1000}) {
    Room room(peers);
    const size_t fewer = std::max<size_t>(times * 8 / peers, 1);
    const double signal = room.NanosecondsEach(&Room::Signal, times);
    // While somebody watches a handshake of others, and that of the two.
    room.Watch(2, 3);
    const double others_seen = room.NanosecondsEach(&Room::Signal, times);
    room.Watch(0, 1);
    const double seen = room.NanosecondsEach(&Room::Signal, times);
    room.Unwatch();
    std::printf("%8zu %12.0f %12.0f %12.0f %16.0f %20.0f\n", peers, signal, others_seen, seen,
                room.NanosecondsEach(&Room::Announce, fewer),
                room.NanosecondsEach(&Room::Visit, fewer));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "20000";
  if (argc == 2 && what == "operations") return List();
  const bool alone = argc == 4 && what == "run";
  const size_t times = argc == 2 || alone ? std::strtoul(argv[argc - 1], nullptr, 10) : 20'000;
  if (times == 0 || (argc > 2 && !alone)) {
    std::fputs("usage: core_cost [TIMES] | operations | run NAME TIMES; TIMES is 1 or more\n",
               stderr);
    return 2;
  }
  if (alone) return Run(argv[2], times);
  Measure(times);
}
