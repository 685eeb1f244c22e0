// SPDX-License-Identifier: Apache-2.0

#include "tests/support/transcript.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <sstream>
#include <vector>

#include "server/core/hub.h"
#include "tests/support/core_text.h"
#include "tests/support/manual_clock.h"

namespace pigeonhub {
namespace {

// Takes a line apart from the left.
class Words {
 public:
  explicit Words(std::string line) : line_(std::move(line)) {}

  std::string Next() {
    const size_t begin = line_.find_first_not_of(' ', at_);
    if (begin == line_.npos) return {};
    at_ = std::min(line_.find(' ', begin), line_.size());
    return line_.substr(begin, at_ - begin);
  }
  // True, and the word is taken, if it comes next.
  bool Take(std::string_view word) {
    const size_t before = at_;
    if (Next() == word) return true;
    at_ = before;
    return false;
  }
  std::string Rest() {
    const size_t begin = line_.find_first_not_of(' ', at_);
    at_ = line_.size();
    return begin == line_.npos ? "" : line_.substr(begin);
  }
  std::string RestWithoutBraces() {
    const std::string rest = Rest();
    return rest.empty() ? rest : rest.substr(1, rest.size() - 2);
  }

 private:
  std::string line_;
  size_t at_ = 0;
};

std::chrono::milliseconds Millis(const std::string& text) {
  return std::chrono::milliseconds(std::stoll(text));
}

HubOptions ReadOptions(Words words) {
  HubOptions options;
  for (std::string word = words.Next(); !word.empty(); word = words.Next()) {
    if (word == "is_hub") {
      options.is_hub = true;
    } else if (word == "deny_hubs") {
      options.hub_admission = HubAdmission::kDeny;
    } else if (word.starts_with("max_connections=")) {
      options.limits.max_connections = std::stoul(word.substr(word.find('=') + 1));
    } else {
      ADD_FAILURE() << "unknown option: " << word;
    }
  }
  return options;
}

class Player {
 public:
  explicit Player(HubOptions options) : hub_(std::move(options), /*seed=*/1) {}

  // The effects of one input line, indented.
  std::string Play(Words words) {
    lines_.clear();
    const std::string first = words.Next();
    if (first == "wait") {
      Wait(Millis(words.Next()));
    } else if (first == "open") {
      // Not an id: taken as it stands.
      const std::string id = words.Next();
      Handle(Opened{ConnectionId(0, ++opened_),
                    id.size() == 1 || id[0] == '#' ? IdFromText(id).text() : id, "192.0.2.1"});
    } else if (first == "start") {
      Handle(StartSignaling{"localhost", 3000});
    } else if (first == "stop") {
      Handle(StopSignaling{});
    } else if (first == "drain") {
      Handle(Drain{Millis(words.Next())});
    } else if (first == "register") {
      Handle(RegisterHub{IdFromText(words.Next()), {}});
    } else if (first == "unregister") {
      Handle(UnregisterHub{IdFromText(words.Next())});
    } else if (first == "disconnect") {
      Handle(DisconnectPeer{IdFromText(words.Next())});
    } else {
      Hear(ConnectionId(0, std::stoull(first)), words);
    }
    return lines_;
  }

 private:
  void Hear(ConnectionId connection, Words words) {
    const std::string verb = words.Next();
    if (verb == "announce") {
      const std::string network = words.Next();
      const bool is_hub = words.Take("hub");
      Receive(connection, inbound::Announce{network, ProfileOf(words.RestWithoutBraces(), is_hub)});
    } else if (verb == "goodbye") {
      Receive(connection, inbound::Goodbye{"", "global", Json(words.Rest())});
    } else if (verb == "ping") {
      Receive(connection, inbound::Ping{});
    } else if (verb == "connected") {
      const PeerId other = IdFromText(words.Next());
      Receive(connection, inbound::Cleanup{PairReport(), other.text()});
    } else if (verb == "report") {
      const PeerId peer = IdFromText(words.Next());
      const std::string network = words.Next();
      Receive(connection,
              inbound::PeerReport{network, peer.text(), ProfileOf(words.RestWithoutBraces())});
    } else if (verb == "withdraw") {
      const PeerId peer = IdFromText(words.Next());
      const std::string network = words.Next();
      const std::string reason = words.Rest();
      Receive(connection, inbound::PeerWithdrawal{network, peer.text(), reason});
    } else if (verb == "says") {
      const std::string type = words.Rest();
      Receive(connection, inbound::Unroutable{type});
    } else if (verb == "alive") {
      Handle(Alive{connection});
    } else if (verb == "more") {
      Handle(WantMore{connection});
    } else if (verb == "gone") {
      const std::string text = words.Rest();
      if (text.empty()) {
        Handle(Closed{connection, Reason::kTransportLost, 1006, ""});
      } else {
        Handle(Closed{connection, Reason::kPeerClosed, 1000, text});
      }
    } else {
      Signal(connection, verb, words);
    }
  }

  void Signal(ConnectionId connection, const std::string& verb, Words words) {
    inbound::Signal signal;
    if (verb == "answer") {
      signal.type = SignalType::kAnswer;
    } else if (verb == "ice-candidate") {
      signal.type = SignalType::kIceCandidate;
    } else if (verb != "offer") {
      ADD_FAILURE() << "unknown input: " << verb;
      return;
    }
    const PeerId target = IdFromText(words.Next());
    const std::string network = words.Next();
    std::optional<PeerId> from;
    if (words.Take("as")) from = IdFromText(words.Next());
    signal.network = network;
    signal.target = target.text();
    if (from.has_value()) signal.from = from->text();
    signal.payload = Json(words.Rest());
    Receive(connection, signal);
  }

  void Receive(ConnectionId connection, inbound::Message message) {
    Handle(Received{connection, std::move(message)});
  }

  void Handle(const Input& input) {
    Effects effects;
    const absl::Status answer = hub_.Handle(clock_.Read(), input, effects);
    if (!answer.ok()) lines_ += "  refused: " + std::string(answer.message()) + "\n";
    for (const std::string& line : ToText(effects)) lines_ += "  " + line + "\n";
  }

  void Wait(Duration by) {
    const SteadyTime begin = clock_.Read().steady;
    const SteadyTime end = begin + by;
    while (hub_.NextDeadline().has_value() && *hub_.NextDeadline() <= end) {
      clock_.Advance(std::max(Duration(0), *hub_.NextDeadline() - clock_.Read().steady));
      const std::string before = lines_;
      Handle(Tick{});
      if (lines_ == before) continue;
      std::ostringstream after;
      after << "  after "
            << std::chrono::duration_cast<std::chrono::milliseconds>(clock_.Read().steady - begin)
                   .count()
            << " ms:\n";
      lines_.insert(before.size(), after.str());
    }
    clock_.Advance(end - clock_.Read().steady);
  }

  Hub hub_;
  ManualClock clock_;
  uint64_t opened_ = 0;
  std::string lines_;
};

}  // namespace

std::string Replay(std::string_view transcript) {
  std::istringstream in{std::string(transcript)};
  std::string out;
  std::optional<Player> player;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("  ")) continue;  // what an earlier hub did
    out += line + "\n";
    if (line.starts_with("options ")) {
      player.emplace(ReadOptions(Words(line.substr(8))));
    } else if (line.starts_with("> ")) {
      if (!player.has_value()) player.emplace(HubOptions());
      out += player->Play(Words(line.substr(2)));
    }
  }
  return out;
}

}  // namespace pigeonhub
