// SPDX-License-Identifier: Apache-2.0
//
// Any lines as what is said on a bus, to a hub that hears itself there. Whatever comes, no peer of
// this hub is closed, nothing is said that a broker would not take, and in the end nothing is left
// of it.
//
// A line is a message, in which the first @ stands for a mebibyte of text. Other lines are:
//   +1500    time passes, in milliseconds
//   =2       the third line once more, if it is a message
//   down     the connection to the broker is lost, and there again
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "server/core/hub.h"
#include "server/wire/decode.h"
#include "server/wire/encode.h"
#include "tests/fuzz/require.h"
#include "tests/support/fixed_keyring.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr size_t kMebibyte = size_t{1} << 20;
constexpr uint64_t kLongestPause = 20'000;
// What a hub says because of one message.
constexpr size_t kMostSaid = 64;
// How often it looks at its deadlines in a second.
constexpr size_t kMostTicks = 10'000;

HubOptions Options() {
  HubOptions options;
  options.is_hub = true;
  options.hub_peer_id = *PeerId::Parse(std::string(PeerId::kLength, 'c'));
  options.auto_connect = false;
  options.bus.on = true;
  options.bus.grace = 10s;
  options.limits.hubs = 8;
  options.limits.namespaces = 8;
  options.limits.hub_share = 10'000;
  return options;
}

class OnABus {
 public:
  OnABus() {
    Handle(StartSignaling{"localhost", 3000});
    const std::string id(PeerId::kLength, '1');
    Handle(Opened{kPeer, id, "192.0.2.1"});
    Handle(Received{kPeer, inbound::Announce{"room", {}}});
    Connect();
  }

  void Hear(std::string text) {
    said_ = 0;
    Overhear(std::move(text));
    REQUIRE(said_ <= kMostSaid);
  }
  void LoseConnection() {
    Handle(BusDown{"lost"});
    Connect();
  }
  void Pass(Duration time) {
    const SteadyTime until = now_.steady + time;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(time).count();
    for (size_t ticks = 0;; ++ticks) {
      REQUIRE(ticks <= kMostTicks * static_cast<size_t>(seconds));
      const std::optional<SteadyTime> next = hub_.NextDeadline();
      if (!next.has_value() || *next > until) break;
      GoTo(std::max(*next, now_.steady));
      Handle(Tick{});
      REQUIRE(!hub_.NextDeadline().has_value() || *hub_.NextDeadline() > now_.steady);
    }
    GoTo(until);
  }
  // All that was said there is over.
  void RequireNothingLeft() {
    Pass(100s);
    REQUIRE(hub_.Topology().hubs.size() == 1);
    REQUIRE(hub_.Stats().remote_peers == 0);
    REQUIRE(hub_.Stats().connections == 1);
    REQUIRE(hub_.Bus()->up);
    REQUIRE(hub_.Bus()->hubs == 0);
  }

 private:
  static inline const ConnectionId kPeer{0, 1};

  void Connect() { Handle(BusUp{"nats://broker", kMebibyte}); }
  void GoTo(SteadyTime time) {
    now_.unix_ms +=
        std::chrono::duration_cast<std::chrono::milliseconds>(time - now_.steady).count();
    now_.steady = time;
  }
  void Overhear(std::string text) {
    const auto result = decoder_.Decode(std::move(text));
    if (const auto* message = std::get_if<inbound::Message>(&result)) {
      Handle(Overheard{*message});
    } else {
      Handle(Refused{.reason = std::get<Reason>(result)});
    }
  }
  void Handle(const Input& input) {
    Effects effects;
    REQUIRE(hub_.Handle(now_, input, effects).ok());
    REQUIRE(hub_.Topology().hubs.size() <= Options().limits.hubs + 1);
    for (const Effect& effect : effects) {
      REQUIRE(!std::holds_alternative<Close>(effect));
      if (const auto* publish = std::get_if<Publish>(&effect)) Say(*publish);
      if (std::holds_alternative<Probe>(effect)) Handle(Alive{kPeer});
      if (std::holds_alternative<HangUpBus>(effect)) LoseConnection();
    }
  }
  // What it says to all it hears itself.
  void Say(const Publish& publish) {
    ++said_;
    std::string text = wire::Encode(publish.message, publish.timestamp).text;
    REQUIRE(text.size() <= kMebibyte);
    if (!publish.to.has_value()) Overhear(std::move(text));
  }

  Hub hub_{Options(), 1, KeyringOf(1)};
  wire::Decoder decoder_;
  Now now_{SteadyTime(1h), 1'795'918'000'123};
  size_t said_ = 0;
};

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

uint64_t NumberIn(std::string_view digits) {
  uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

bool IsMessage(const std::string& line) {
  return line != "down" && !line.starts_with('+') && !line.starts_with('=');
}

std::string WithItsMebibyte(std::string line) {
  const size_t at = line.find('@');
  if (at != std::string::npos) line.replace(at, 1, std::string(kMebibyte, 'x'));
  return line;
}

}  // namespace
}  // namespace pigeonhub

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace pigeonhub;
  const auto lines = LinesOf({reinterpret_cast<const char*>(bytes), size});
  OnABus hub;
  for (const std::string& line : lines) {
    if (line == "down") {
      hub.LoseConnection();
    } else if (line.starts_with('+')) {
      const uint64_t pause = std::min(NumberIn(line.substr(1)), kLongestPause);
      hub.Pass(std::chrono::milliseconds(pause));
    } else if (line.starts_with('=')) {
      const uint64_t number = NumberIn(line.substr(1));
      if (number < lines.size() && IsMessage(lines[number])) {
        hub.Hear(WithItsMebibyte(lines[number]));
      }
    } else {
      hub.Hear(WithItsMebibyte(line));
    }
  }
  hub.RequireNothingLeft();
  return 0;
}
