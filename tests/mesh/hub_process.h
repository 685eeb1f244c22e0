// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/core/effect.h"
#include "server/core/input.h"
#include "server/core/options.h"
#include "server/wire/decode.h"
#include "tests/mesh/mischief.h"
#include "tests/mesh/services.h"

namespace pigeonhub {
class Hub;
}  // namespace pigeonhub

namespace pigeonhub::sim {

// A hub of ours as a process: the real core, with everything around it faked. Its effects become
// frames and dials on the fake network, in real wire text both ways; its clock is its own.
class HubProcess : public Party, public BusParty {
 public:
  // Where its clock stands, and how many millionths it is too fast.
  struct Clock {
    Duration ahead{};
    int64_t unix_ahead_ms = 0;
    int64_t drift_ppm = 0;
  };

  HubProcess(Services& services, std::string name, HubOptions options, const Clock& clock,
             uint64_t seed);
  ~HubProcess() override;

  // It signs nothing and checks no signature, from when it starts the next time.
  void set_of_version_before(bool is) { of_version_before_ = is; }
  bool of_version_before() const { return of_version_before_; }
  // It signs, and knows nothing of handshakes that are watched.
  void set_knows_no_handshakes() { knows_no_handshakes_ = true; }

  // The bus that it is on, from when it starts the next time; empty: none.
  void set_bus(std::string bus) { bus_ = std::move(bus); }
  bool has_bus() const { return !bus_.empty() && !of_version_before_; }

  void Start();
  // The process is killed, or its machine is (`silently`: no FIN ever comes).
  void Crash();
  // It stands still for so long: whatever comes waits.
  void StandStill(Duration time);
  // A command, or news from elsewhere.
  void Handle(const Input& input);

  // Something untrue that it says to some mesh hub, along with what it says next.
  struct Falsehood {
    SignalType type = SignalType::kOffer;
    PeerId from;
    PeerId target;
    std::string network;
    bool hostile = false;  // nobody may believe it, wherever the target is
  };
  void Lie(Falsehood falsehood) { lies_.push_back(std::move(falsehood)); }

  // It makes trouble for a hub, over all its links; see Mischief.
  void Attack(const PeerId& victim, const std::vector<PeerId>& peers);

  // What it showed of handshakes since the last call, and last said of hubs that it asked.
  std::vector<HandshakeStep> TakeSteps() { return std::exchange(steps_, {}); }
  const std::map<PeerId, HandshakeHub>& told_of() const { return told_of_; }
  const Clock& clock() const { return clock_; }

  bool running() const { return hub_ != nullptr; }
  const Hub& hub() const { return *hub_; }
  const std::string& name() const { return name_; }
  const PeerId& id() const { return options_.hub_peer_id; }
  void set_id(const PeerId& id) { options_.hub_peer_id = id; }
  // Ends it holds of connections with other hubs.
  size_t links() const;
  size_t reference_links() const;

  void OnDialed(uint64_t tag, EndId end) override;
  void OnDialFailed(uint64_t tag) override;
  void OnArrival(EndId end, std::string_view peer_id, std::string_view from) override;
  void OnFrame(EndId end, std::string text) override;
  void OnPong(EndId end) override;
  void OnEnd(EndId end, const Ending& ending) override;

  const PeerId& bus_id() const override { return options_.hub_peer_id; }
  void OnBusUp() override;
  void OnBusDown() override;
  void OnBusText(std::string text) override;

 private:
  struct Connection {
    PeerId peer;
    std::string place;  // of the other end; empty: a client's
    PeerId neighbor;    // the hub there when the connection was made; another may be there by now
    bool probed = false;
    bool list_pending = false;
  };

  // True if it stands still: then `what` happens later.
  bool WaitsInStead(std::function<void()> what);
  void TakeDialed(uint64_t tag, EndId end, const std::string& place, const PeerId& neighbor);
  void GoOn();
  Now Read() const;
  void CarryOut(const Effects& effects);
  void Carry(const Effect& effect);
  void Write(ConnectionId to, const outbound::Message& message, UnixMillis timestamp);
  std::string TextOf(const outbound::Message& message, UnixMillis timestamp,
                     const PeerId& receiver);
  outbound::HubFrame WithLies(outbound::HubFrame frame);
  void PullList(EndId end);
  void PlanTick();
  void Tick(uint64_t plan);

  Services& services_;
  const std::string name_;
  HubOptions options_;
  const Clock clock_;
  uint64_t seed_;
  std::unique_ptr<Hub> hub_;
  wire::Decoder decoder_;
  std::map<EndId, Connection> connections_;
  std::map<uint64_t, DialTargetId> dials_;
  std::vector<Falsehood> lies_;
  std::vector<HandshakeStep> steps_;
  std::map<PeerId, HandshakeHub> told_of_;
  bool of_version_before_ = false;
  bool knows_no_handshakes_ = false;
  std::unique_ptr<Mischief> mischief_;  // of a hub that attacks
  std::string bus_;
  std::optional<Duration> still_until_;
  std::deque<std::function<void()>> waiting_;  // until it goes on
  uint64_t life_ = 0;                          // how often it started
  uint64_t next_dial_ = 1;
  uint64_t tick_plan_ = 0;
  std::optional<SteadyTime> planned_for_;
};

}  // namespace pigeonhub::sim
