// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "server/core/ids.h"
#include "server/core/random.h"
#include "server/core/time.h"
#include "tests/mesh/agenda.h"
#include "tests/mesh/network.h"

namespace pigeonhub::sim {

// Somebody who is connected to a broker, or tries to be.
class BusParty {
 public:
  virtual ~BusParty() = default;
  virtual const PeerId& bus_id() const = 0;
  virtual void OnBusUp() = 0;
  virtual void OnBusDown() = 0;
  virtual void OnBusText(std::string text) = 0;
};

// Brokers. Between two parties order is kept. What is under way is lost when the broker stops, when
// the connection of the receiver ends, or when a fault says so, and nobody is told of it.
class FakeBus {
 public:
  FakeBus(Agenda& agenda, FakeNetwork& network, uint64_t seed)
      : agenda_(agenda), network_(network), random_(seed) {}
  void set_delay(Duration shortest, Duration longest) {
    shortest_ = shortest;
    longest_ = longest;
  }

  // Connects as soon as it can, and anew whenever the connection is lost. Who has another bus hears
  // nothing of this one.
  void Attach(BusParty& party, const std::string& place, const std::string& bus);
  void HangUp(BusParty& party);
  // It is gone; the broker notices at once.
  void Leave(BusParty& party);
  // To all, the party itself included, or to one.
  void Publish(BusParty& party, const std::optional<PeerId>& to, const std::string& text);

  // ---- Faults
  // The brokers end, and with them all connections.
  void Stop();
  void Start() { running_ = true; }
  // They stand still: nothing passes, and nobody is told. Then all that waited goes on.
  void Stall() { stalled_ = true; }
  void Resume();
  // The brokers fall into two halves, and these are at one of them. No connection ends.
  void Split(std::set<std::string> places) { half_ = std::move(places); }
  // The connection that it has now is half-open: nothing passes, and nobody is told.
  void Freeze(const std::string& place);
  // The next so many messages to it are lost.
  void Drop(const std::string& place, uint64_t count);
  void Heal();

  uint64_t published() const { return published_; }
  uint64_t delivered() const { return delivered_; }
  uint64_t bytes() const { return bytes_; }
  uint64_t digest() const { return digest_; }

 private:
  struct Member {
    BusParty* party = nullptr;
    std::string place;
    std::string bus;
    bool up = false;
    bool frozen = false;
    unsigned failures = 0;
    uint64_t connections = 0;  // so far
    uint64_t to_drop = 0;
    std::map<uint64_t, Duration> last_due;  // by sender
  };

  void Connect(uint64_t key);
  void ConnectLater(uint64_t key);
  void Lose(uint64_t key);
  void Deliver(uint64_t from, uint64_t to, const std::shared_ptr<const std::string>& text);
  std::optional<uint64_t> KeyOf(const BusParty& party) const;
  // Somebody came or went, or a fault began or ended.
  void NoteChange() { network_.NoteChange(); }
  Duration Delay() {
    return shortest_ + Duration(static_cast<int64_t>(random_.Below(
                           static_cast<uint64_t>((longest_ - shortest_).count()) + 1)));
  }

  Agenda& agenda_;
  FakeNetwork& network_;
  Random random_;
  Duration shortest_ = std::chrono::milliseconds(1);
  Duration longest_ = std::chrono::milliseconds(40);
  bool running_ = true;
  bool stalled_ = false;
  std::deque<std::function<void()>> waiting_;
  std::set<std::string> half_;
  std::map<uint64_t, Member> members_;
  std::map<const BusParty*, uint64_t> keys_;
  std::multimap<PeerId, uint64_t> by_id_;
  uint64_t next_ = 1;
  uint64_t published_ = 0;
  uint64_t delivered_ = 0;
  uint64_t bytes_ = 0;
  uint64_t digest_ = 0xcbf29ce484222325u;
};

}  // namespace pigeonhub::sim
