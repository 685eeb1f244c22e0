// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/hub.h"
#include "tests/support/core_text.h"
#include "tests/support/manual_clock.h"

namespace pigeonhub {

// Several hubs on one clock, with sockets between them that deliver at once and in order; a test
// cuts and kills them. A hub is named by one hexadecimal digit: 'a' has the id Id('a') and answers
// at ws://a:3000. Peers have such names, too, and belong to whichever hub they joined last.
class HubNet {
 public:
  explicit HubNet(std::function<void(HubOptions&)> adjust = {}) : adjust_(std::move(adjust)) {}

  // A hub that dials those named in `bootstraps`.
  Hub& Add(char name, std::string_view bootstraps = {}, bool is_hub = true);
  Hub& hub(char name) { return *nodes_.at(name).hub; }

  // ---- Peers
  void Join(char hub, char peer, std::string_view network, std::string_view members = {});
  void Announce(char peer, std::string_view network, std::string_view members = {});
  void Offer(char peer, char target, std::string_view network, std::string_view payload = "1");
  void Goodbye(char peer);
  void Say(char peer, const inbound::Message& message);
  // Its socket ends, and the hub knows; or the hub does not.
  void Drop(char peer);
  void GoSilent(char peer);
  // Somebody else with a peer's id joins its namespace at a hub; says why that one was closed.
  std::string Rival(char hub, char peer);
  std::string RivalClosed();
  // What it was told since the last call.
  std::vector<std::string> Take(char peer);
  // Why its hub closed it; empty while it has not.
  std::string Closed(char peer);

  // ---- Faults
  // Ends every link between two hubs; they may dial each other again unless `for_good`.
  void Cut(char a, char b, bool for_good = true);
  void Heal(char a, char b);
  void Kill(char hub);
  // Loses every message between two hubs, with the link up.
  void Mute(char a, char b, bool mute);
  // The hub closes a link over which a frame comes that carries more bytes.
  void TakeNoLargerFrames(char hub, size_t most) { most_in_frame_[hub] = most; }

  void Advance(Duration by);
  // Events of a hub, as text, since the last call.
  std::vector<std::string> TakeEvents(char hub);
  // Questions and answers that came to it, as text, since the last call.
  std::vector<std::string> TakeQuestions(char hub);
  // The hub's answer to a command.
  absl::Status Try(char hub, const Command& command);
  void HandleAt(char hub, const Input& input);
  // How many frames crossed from one hub to the other.
  size_t crossed(char from, char to) const;
  size_t links(char hub);

 private:
  struct Socket {
    char hub = 0;      // where it ends
    char other = 0;    // the hub or peer at the other end
    ConnectionId far;  // the other end's number at the other hub; none for a peer
    bool to_peer = false;
    bool open = true;
  };
  struct Node {
    std::unique_ptr<Hub> hub;
    std::vector<std::string> events;
    std::vector<std::string> questions;
  };
  struct Client {
    char hub = 0;
    ConnectionId connection;
    std::string closed;
    std::vector<std::string> inbox;
  };
  struct Parcel {
    char hub;
    ConnectionId connection;
    outbound::Message message;
    bool is_close = false;
    Reason reason = Reason::kTransportLost;
  };

  void Apply(char at, const Effects& effects);
  void Dial(char from, DialTargetId dial_target, const std::string& url);
  void Carry(const Parcel& parcel);
  void Deliver(char hub, ConnectionId connection, const outbound::Message& message);
  void CloseAt(char at, ConnectionId connection, Reason reason);
  bool IsTooLargeFor(char hub, const outbound::HubFrame& frame) const;
  void Run();
  bool IsCut(char a, char b) const;

  std::function<void(HubOptions&)> adjust_;
  ManualClock clock_;
  uint64_t next_seed_ = 1;  // each life of a hub has its own
  uint64_t next_serial_ = 1;
  std::map<char, Node> nodes_;
  std::map<char, Client> clients_;
  std::set<ConnectionId> silent_;
  ConnectionId rival_;
  std::string rival_closed_;
  std::map<std::pair<char, ConnectionId>, Socket> sockets_;
  std::deque<Parcel> queue_;
  bool running_ = false;
  std::map<std::pair<char, char>, bool> cut_;
  std::map<std::pair<char, char>, bool> muted_;
  std::map<std::pair<char, char>, size_t> crossed_;
  std::map<char, size_t> most_in_frame_;
  // Bodies of frames, by the text that stands for them, as long as theirs, while hubs pass them on.
  std::map<std::string, std::shared_ptr<const mesh::Body>> bodies_;
};

}  // namespace pigeonhub
