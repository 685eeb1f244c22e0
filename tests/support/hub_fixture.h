// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "server/core/hub.h"
#include "tests/support/core_text.h"
#include "tests/support/manual_clock.h"

namespace pigeonhub {

class HubFixture;

// One connection as a test holds it: says things to the hub and reads what came back. A value; the
// fixture outlives it. Some peers are only there, and need not do anything.
class [[maybe_unused]] FakePeer {
 public:
  FakePeer(HubFixture& hub, ConnectionId connection, const PeerId& id)
      : hub_(&hub), connection_(connection), id_(id) {}

  const PeerId& id() const { return id_; }
  ConnectionId connection() const { return connection_; }

  void Announce(std::string_view network, std::string_view members = {}, bool is_hub = false);
  void Goodbye(std::string_view payload = {});
  void Signal(SignalType type, const PeerId& target, std::string_view network,
              std::string_view payload = {});
  void Offer(const PeerId& target, std::string_view network, std::string_view payload = {}) {
    Signal(SignalType::kOffer, target, network, payload);
  }
  void Ping();
  // What a linked hub says about peers of its own.
  void Report(const PeerId& peer, std::string_view network, std::string_view members = {});
  void Withdraw(const PeerId& peer, std::string_view network, std::string_view reason = {});
  void RelayGoodbye(const PeerId& from, std::string_view network, std::string_view payload = {});
  void RelayOffer(const PeerId& from, const PeerId& target, std::string_view network,
                  std::string_view payload = {});
  void Send(inbound::Message message);
  // The socket is gone.
  void Drop(Reason reason = Reason::kTransportLost, uint16_t code = 1006,
            std::string_view text = {});
  void WantMore();

  // The messages since the last Take, as text, oldest first.
  std::vector<std::string> Take();
  // Why the hub closed the connection; empty while it has not.
  std::optional<Reason> closed() const;
  bool paused() const;
  // More of a list waits.
  bool list_pending() const;

 private:
  HubFixture* hub_;
  ConnectionId connection_;
  PeerId id_;
};

// A hub with a clock turned by hand and somebody at the other end of every connection who keeps
// what arrives. After each input it holds the effects against what must always be true:
// - effects go to connections that were opened, and none after Close;
// - the first message to a connection is Connected; links alone are told things unaddressed;
// - no broadcast is empty or names a receiver twice; every timestamp is the moment's;
// - events are numbered without a hole, and the gauges are what Stats says;
// - after a Tick the next deadline lies ahead; inputs that are no commands are never refused;
// - a command is answered as Hub::Check said, and one that is refused does nothing.
class HubFixture {
 public:
  // Signaling is started, unless told otherwise.
  explicit HubFixture(HubOptions options = {}, uint64_t seed = 1, bool start = true,
                      const MeshPace& pace = kAtOnce,
                      std::shared_ptr<const Keyring> keyring = nullptr);

  // ---- Inputs
  absl::Status Handle(const Input& input);
  absl::Status Start() { return Handle(StartSignaling{"localhost", 3000}); }
  // A finished handshake; the connection may be refused or have to wait.
  FakePeer Open(const PeerId& id);
  FakePeer OpenAs(std::string_view peer_id_text);
  // With what hub token those come who open from now on.
  void Bring(HubCredential credential, Reason why_invalid) {
    hub_credential_ = credential;
    hub_credential_reason_ = why_invalid;
    hub_key_.reset();
  }
  // With a hub token that is valid, and names this key.
  void BringKey(const PublicKey& key) {
    hub_credential_ = HubCredential::kValid;
    hub_key_ = key;
  }
  // And from now on with this in the URL.
  void BringSecret(std::string secret) { hub_secret_ = std::move(secret); }
  // And from now on with a token that says this; null: with none.
  void BringClaims(SharedClaims claims) { claims_ = std::move(claims); }
  // From which address those come who open from now on.
  void ComeFrom(std::string address) { address_ = std::move(address); }
  // Through which port those come who open from now on.
  void ComeBy(Entrance entrance) { entrance_ = entrance; }
  // Open, with the Connected message already taken.
  FakePeer Connect(const PeerId& id);
  // The hub at the address that was dialed. It accepted the dial.
  FakePeer Answer(DialTargetId dial_target);
  // The same, and it has spoken as a hub of the reference.
  FakePeer Link(DialTargetId dial_target);
  // Connected and announced, with an empty inbox on all sides.
  FakePeer Join(const PeerId& id, std::string_view network, std::string_view members = {});
  // As Join: a hub on the hub mesh namespace.
  FakePeer JoinAsHub(const PeerId& id, std::string_view members = {});
  // Turns the clock and runs every deadline on the way, each at its time.
  void Advance(Duration by);

  // Lists that are too long for one go are pulled to their end after each input, unless this is
  // off.
  void set_pull_lists(bool pull) { pull_lists_ = pull; }

  // ---- What came out
  // The last input's effects, without what was pulled after it.
  const Effects& last_effects() const { return last_effects_; }
  std::vector<std::string> last_lines() const { return ToText(last_effects_); }
  // Everything since the last call, as text.
  std::vector<std::string> TakeEvents();
  void ForgetMessages();
  uint64_t counted(Reason reason) const {
    return hub_.counters().of(reason).value() + hub_.counters().ends_by(reason).value();
  }

  struct Inbox {
    bool greeted = false;  // got Connected
    bool paused = false;
    bool list_pending = false;
    bool is_link = false;
    bool gone = false;  // Closed was handed in
    std::optional<Reason> closed;
    int probes = 0;
    size_t kept = 0;  // bytes of its announce
    std::vector<outbound::Message> messages;
  };
  Inbox& inbox(ConnectionId connection) { return inboxes_.at(connection); }

  Hub& hub() { return hub_; }
  const Hub& hub() const { return hub_; }
  // True for a connected peer that is registered as a hub.
  bool IsPeerHub(const PeerId& peer) const {
    const std::optional<PeerRecord> found = hub_.FindPeer(peer);
    return found.has_value() && found->is_hub;
  }
  ManualClock& clock() { return clock_; }

 private:
  friend class FakePeer;

  absl::Status HandleOne(const Input& input, Effects& effects);
  void Apply(const Effect& effect, UnixMillis unix_ms);
  void Deliver(ConnectionId to, UnixMillis timestamp, UnixMillis unix_ms,
               const outbound::Message& message);
  Inbox* Reach(ConnectionId connection);
  void CheckStanding();

  Hub hub_;
  ManualClock clock_;
  bool pull_lists_ = true;
  HubCredential hub_credential_ = HubCredential::kNone;
  Reason hub_credential_reason_ = Reason::kHubTokenMalformed;
  std::optional<PublicKey> hub_key_;
  std::string hub_secret_;
  SharedClaims claims_;
  Entrance entrance_ = Entrance::kAnybody;
  std::string address_ = "192.0.2.1";
  uint64_t next_serial_ = 1;
  uint64_t last_event_ = 0;
  std::map<ConnectionId, Inbox> inboxes_;
  std::vector<std::string> events_;
  Effects last_effects_;
};

}  // namespace pigeonhub
