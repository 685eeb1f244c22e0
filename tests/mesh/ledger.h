// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/core/ids.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "tests/mesh/agenda.h"
#include "tests/mesh/verdict.h"

namespace pigeonhub::sim {

// Every connection that a peer ever had has a number of its own.
using SessionNumber = uint64_t;

// Every announce and every signal that was ever made, each with a number that travels in its data
// and so tells the world what it looks at. Holds what arrives against what was said.
class Ledger {
 public:
  Ledger(const Agenda& agenda, Verdict& verdict) : agenda_(agenda), verdict_(verdict) {}

  // ---- Announces
  // The number is the profile's "v".
  uint64_t Announced(const PeerId& peer, const std::string& network);
  // Somebody was told of the peer.
  void CheckDiscovery(const PeerId& peer, const std::string& network, uint64_t version);
  void SaidGoodbye(const PeerId& peer, const std::string& network) {
    goodbyes_.insert({peer, network});
  }
  void CheckGoodbye(const PeerId& peer, const std::string& network);

  // ---- Bans
  // From now on hubs may close it out, and say goodbye in its name.
  void Banned(const PeerId& peer) { banned_.insert(peer); }
  void CheckBanned(const PeerId& peer);

  // ---- Signals
  struct Signal {
    PeerId from;
    SessionNumber session = 0;
    PeerId target;
    std::string network;
    // Says of itself what is not so; nobody may get it.
    bool hostile = false;
    bool from_reference = false;  // a reference hub's peer sent it
    bool doubtful = false;        // may be delivered or not
    Duration sent{};
    size_t delivered = 0;
  };
  // The number is the payload's "n".
  uint64_t Sent(Signal signal);
  // `routes_since`: when a connection between hubs last changed; `to_reference`: it came to a
  // reference hub's peer.
  void Delivered(uint64_t number, std::string_view from, const PeerId& receiver,
                 SessionNumber session, std::string_view network, Duration routes_since,
                 bool to_reference);
  // Frames are not followed from now on: that takes memory for each, and time.
  void LookAway() { follows_frames_ = false; }
  // A frame of one of our hubs for another came to `hub`, handed over by `neighbor`.
  void Passed(const PeerId& hub, const PeerId& neighbor, const inbound::HubFrame& frame);
  // A hostile hub sends this, in the name of another hub; where it goes is no matter.
  void Forged(const PeerId& from, const PeerId& to, std::string_view body);
  // Those sent from `number` on that did not arrive.
  std::vector<uint64_t> MissingFrom(uint64_t number) const;
  const Signal& signal(uint64_t number) const { return signals_.at(number - 1); }
  uint64_t next_signal() const { return signals_.size() + 1; }
  size_t delivered() const { return delivered_; }

 private:
  // What a frame is known by.
  static std::string NameOf(const PeerId& from, const PeerId& to, std::string_view body);

  const Agenda& agenda_;
  Verdict& verdict_;
  std::vector<std::pair<PeerId, std::string>> announces_;
  std::set<std::pair<PeerId, std::string>> goodbyes_;
  std::set<PeerId> banned_;
  std::vector<Signal> signals_;
  std::map<std::pair<SessionNumber, SessionNumber>, uint64_t> last_;
  // How often a frame left its sender, and how often it came to each hub. A hub may say the same
  // again, where it got no answer.
  std::map<std::string, size_t> said_;
  std::map<std::pair<PeerId, std::string>, size_t> passed_;
  std::set<std::string> forged_;
  bool follows_frames_ = true;
  size_t delivered_ = 0;
};

// How a peer is called in transcripts and reports: its id's first digits.
std::string Short(const PeerId& id);

// The number behind `key` ("v" or "n") in a text of JSON members; 0 if there is none.
uint64_t NumberIn(std::string_view json, std::string_view key);

}  // namespace pigeonhub::sim
