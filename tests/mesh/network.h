// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/random.h"
#include "server/core/time.h"
#include "tests/mesh/agenda.h"

namespace pigeonhub::sim {

// One end of a WebSocket; the other one is `end ^ 1`. The dialer has the even one.
using EndId = uint64_t;

// How a connection ended, as one end sees it.
struct Ending {
  uint16_t code = 1006;
  std::string text;
  bool silence = false;  // nothing was heard for too long
};

// Somebody who dials, or holds ends.
class Party {
 public:
  virtual ~Party() = default;
  // Answers to Dial, with the tag given there.
  virtual void OnDialed(uint64_t tag, EndId end) = 0;
  virtual void OnDialFailed(uint64_t tag) = 0;
  // Somebody dialed the party's URL.
  virtual void OnArrival(EndId end, std::string_view peer_id, std::string_view from);
  virtual void OnFrame(EndId end, std::string text) = 0;
  // Not a frame of the protocol: see FakeNetwork::Mark.
  virtual void OnMark(EndId end, const std::string& text);
  // The answer to Ping.
  virtual void OnPong(EndId end);
  // Once for each end, and nothing after it.
  virtual void OnEnd(EndId end, const Ending& ending) = 0;
};

// A network of WebSockets in which everything takes a random time, each direction of each
// connection keeps its order, and whatever can go wrong does so when told. Connections are between
// places; a party without a place is never cut off from any other.
class FakeNetwork {
 public:
  FakeNetwork(Agenda& agenda, uint64_t seed) : agenda_(agenda), random_(seed) {}

  void set_delay(Duration shortest, Duration longest) {
    shortest_ = shortest;
    longest_ = longest;
  }

  void Listen(const std::string& url, Party& party, const std::string& place);
  void StopListening(const std::string& url) { listeners_.erase(url); }

  // Nobody there: OnDialFailed soon. No way there: after 5 s.
  void Dial(Party& dialer, uint64_t tag, const std::string& place, const std::string& url,
            std::string_view peer_id);

  void Send(EndId from, std::string text);
  // A note to the other end, in order with the frames: a test's knowledge of when something was
  // understood, without a clock.
  void Mark(EndId from, std::string text);
  // An orderly close: the other end gets what is under way, then the ending.
  void Close(EndId from, uint16_t code, std::string_view text);
  // The other end answers, if it lives and can be reached.
  void Ping(EndId from);
  void Pause(EndId end) {
    if (IsOpen(end)) EndOf(end).paused = true;
  }
  void Resume(EndId end);
  // From now on silence ends the connection for this end after `limit`.
  void Watch(EndId end, Duration limit);
  // What is sent to it and has not arrived.
  size_t InFlightTo(EndId end) const;

  // ---- Faults
  // The connection is lost with all that is under way; both ends learn of it.
  void Cut(EndId end);
  // Nothing passes, and nobody is told. Thaw lets what waited go on, unless an end gave up.
  void Freeze(EndId end);
  void Thaw(EndId end);
  // The party forgets all its ends at once; the others see their connections break.
  void Die(Party& party);
  // The party is gone without a trace: nobody is told.
  void Vanish(EndId end);
  // Freezes what connects these places with all others, and dials between them.
  void Partition(std::set<std::string> places);
  void Heal();
  // The living connections between two places, by their dialers' ends.
  std::vector<EndId> Between(const std::string& a, const std::string& b) const;

  bool IsOpen(EndId end) const;
  // Of a connection that is there.
  const std::string& PlaceOf(EndId end) const { return wires_.at(end / 2).ends[end % 2].place; }

  // ---- Tallies
  // When ways between places came or went last: connections, or what somebody else tells of.
  Duration last_change() const { return last_change_; }
  void NoteChange() { last_change_ = agenda_.now(); }
  uint64_t frames_between_places() const { return frames_between_places_; }
  // What each connection between places has carried so far, both ways together.
  struct Carried {
    std::string from;
    std::string to;
    uint64_t frames = 0;
    uint64_t bytes = 0;
  };
  std::vector<Carried> CarriedBetweenPlaces() const;
  // Of everything that arrived anywhere.
  uint64_t digest() const { return digest_; }

 private:
  struct Item {
    enum Kind { kOpen, kFrame, kMark, kPing, kPong, kEnd } kind;
    Duration due{};
    std::string text;
    uint64_t tag = 0;
    Ending ending;
  };
  struct End {
    Party* party = nullptr;  // null: gone
    std::string place;
    std::deque<Item> inbox;
    Duration last_due{};
    Duration watch = std::chrono::seconds(35);
    bool paused = false;
    bool opened = false;
    bool closing = false;  // said Close itself
    uint64_t tag = 0;
  };
  struct Wire {
    std::array<End, 2> ends;
    bool frozen = false;
    bool broken = false;  // one end gave up while it was frozen
    uint64_t freezes = 0;
    uint64_t frames = 0;
    uint64_t bytes = 0;
  };

  End& EndOf(EndId end) { return wires_.at(end / 2).ends[end % 2]; }
  Duration Delay() {
    return shortest_ + Duration(static_cast<int64_t>(random_.Below(
                           static_cast<uint64_t>((longest_ - shortest_).count()) + 1)));
  }
  bool Reachable(const std::string& a, const std::string& b) const;
  void Put(EndId to, Item item);
  void Pump(EndId end);
  void Break(Wire& wire, EndId first);
  void AwaitSilence(EndId end);
  void NoteChange(const Wire& wire);
  void Digest(EndId end, std::string_view text);

  Agenda& agenda_;
  Random random_;
  Duration shortest_ = std::chrono::milliseconds(1);
  Duration longest_ = std::chrono::milliseconds(40);
  std::map<uint64_t, Wire> wires_;
  uint64_t next_wire_ = 1;
  struct Listener {
    Party* party;
    std::string place;
  };
  std::map<std::string, Listener> listeners_;
  std::set<std::string> cut_off_;
  Duration last_change_{};
  uint64_t frames_between_places_ = 0;
  uint64_t digest_ = 0xcbf29ce484222325u;
};

}  // namespace pigeonhub::sim
