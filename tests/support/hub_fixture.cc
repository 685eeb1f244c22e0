// SPDX-License-Identifier: Apache-2.0

#include "tests/support/hub_fixture.h"
#include "server/core/identity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace pigeonhub {

// ---- FakePeer

void FakePeer::Send(inbound::Message message) {
  ASSERT_TRUE(hub_->Handle(Received{connection_, std::move(message)}).ok());
}

void FakePeer::Announce(std::string_view network, std::string_view members, bool is_hub) {
  Send(inbound::Announce{network, ProfileOf(members, is_hub)});
}

void FakePeer::Goodbye(std::string_view payload) {
  Send(inbound::Goodbye{"", "global", Json(payload)});
}

void FakePeer::Signal(SignalType type, const PeerId& target, std::string_view network,
                      std::string_view payload) {
  Send(inbound::Signal{type, network, "", target.text(), Json(payload)});
}

void FakePeer::Ping() { Send(inbound::Ping{}); }

void FakePeer::Report(const PeerId& peer, std::string_view network, std::string_view members) {
  Send(inbound::PeerReport{network, peer.text(), ProfileOf(members)});
}

void FakePeer::Withdraw(const PeerId& peer, std::string_view network, std::string_view reason) {
  Send(inbound::PeerWithdrawal{network, peer.text(), reason});
}

void FakePeer::RelayGoodbye(const PeerId& from, std::string_view network,
                            std::string_view payload) {
  Send(inbound::Goodbye{from.text(), network, Json(payload)});
}

void FakePeer::RelayOffer(const PeerId& from, const PeerId& target, std::string_view network,
                          std::string_view payload) {
  Send(inbound::Signal{SignalType::kOffer, network, from.text(), target.text(), Json(payload)});
}

void FakePeer::Drop(Reason reason, uint16_t code, std::string_view text) {
  hub_->inbox(connection_).gone = true;
  ASSERT_TRUE(hub_->Handle(Closed{connection_, reason, code, text}).ok());
}

void FakePeer::WantMore() {
  hub_->inbox(connection_).list_pending = false;
  ASSERT_TRUE(hub_->Handle(pigeonhub::WantMore{connection_}).ok());
}

std::vector<std::string> FakePeer::Take() {
  std::vector<std::string> lines;
  for (const outbound::Message& message : hub_->inbox(connection_).messages) {
    lines.push_back(ToText(message));
  }
  hub_->inbox(connection_).messages.clear();
  return lines;
}

std::optional<Reason> FakePeer::closed() const { return hub_->inbox(connection_).closed; }
bool FakePeer::paused() const { return hub_->inbox(connection_).paused; }
bool FakePeer::list_pending() const { return hub_->inbox(connection_).list_pending; }

// ---- HubFixture

namespace {

// The hub under test is none of those whom NumberedId and Id name.
constexpr char kOwnId[] = "0123456789abcdef0123456789abcdef01234567";

HubOptions Completed(HubOptions options, const MeshPace& pace) {
  options.mesh_pace = pace;
  if (options.hub_peer_id == PeerId()) options.hub_peer_id = *PeerId::Parse(kOwnId);
  // Thousands of messages come at one moment here.
  for (std::optional<Rate>* rate :
       {&options.message_rate, &options.byte_rate, &options.announce_rate, &options.fanout_rate,
        &options.hub_registration_rate}) {
    if (!rate->has_value()) *rate = Rate{};
  }
  return options;
}

}  // namespace

HubFixture::HubFixture(HubOptions options, uint64_t seed, bool start, const MeshPace& pace,
                       std::shared_ptr<const Keyring> keyring)
    : hub_(Completed(std::move(options), pace), seed, std::move(keyring)) {
  if (start) {
    EXPECT_TRUE(Start().ok());
    TakeEvents();
  }
}

absl::Status HubFixture::Handle(const Input& input) {
  Effects effects;
  absl::Status answer = HandleOne(input, effects);
  last_effects_ = std::move(effects);
  for (bool pulled = pull_lists_; pulled;) {
    pulled = false;
    for (auto& [connection, inbox] : inboxes_) {
      if (!inbox.list_pending || inbox.closed.has_value() || inbox.gone) continue;
      inbox.list_pending = false;
      Effects more;
      HandleOne(WantMore{connection}, more).IgnoreError();
      EXPECT_FALSE(more.empty()) << "a list was pending and nothing came";
      pulled = true;
    }
  }
  return answer;
}

absl::Status HubFixture::HandleOne(const Input& input, Effects& effects) {
  const Now now = clock_.Read();
  const auto* command = std::get_if<Command>(&input);
  const absl::Status expected = command == nullptr ? absl::OkStatus() : hub_.Check(*command);
  absl::Status answer = hub_.Handle(now, input, effects);
  for (const Effect& effect : effects) Apply(effect, now.unix_ms);
  CheckStanding();
  EXPECT_EQ(answer, expected) << "what is checked is what is done; other inputs have no answer";
  EXPECT_TRUE(answer.ok() || effects.empty()) << "a command that is refused does nothing";
  if (std::holds_alternative<Tick>(input) && hub_.NextDeadline().has_value()) {
    EXPECT_GT(*hub_.NextDeadline(), now.steady) << "the clock would tick without end";
  }
  return answer;
}

FakePeer HubFixture::Open(const PeerId& id) { return OpenAs(id.text()); }

FakePeer HubFixture::OpenAs(std::string_view peer_id_text) {
  const ConnectionId connection(0, next_serial_++);
  inboxes_[connection];
  Handle(Opened{connection, peer_id_text, address_, hub_credential_, hub_credential_reason_,
                hub_key_, hub_secret_, entrance_, claims_})
      .IgnoreError();
  return FakePeer(*this, connection, PeerId::Parse(peer_id_text).value_or(PeerId()));
}

FakePeer HubFixture::Answer(DialTargetId dial_target) {
  const ConnectionId connection(0, next_serial_++);
  inboxes_[connection].greeted = true;  // there the other side greets
  Handle(DialOpened{dial_target, connection}).IgnoreError();
  return FakePeer(*this, connection, PeerId());
}

FakePeer HubFixture::Link(DialTargetId dial_target) {
  FakePeer hub = Answer(dial_target);
  hub.Send(inbound::Connected{});
  hub.Send(inbound::Pong{});
  return hub;
}

FakePeer HubFixture::Connect(const PeerId& id) {
  FakePeer peer = Open(id);
  EXPECT_EQ(peer.Take(), std::vector<std::string>{"connected " + ToText(id)});
  return peer;
}

FakePeer HubFixture::Join(const PeerId& id, std::string_view network, std::string_view members) {
  FakePeer peer = Open(id);
  peer.Announce(network, members);
  EXPECT_FALSE(peer.closed().has_value());
  ForgetMessages();
  TakeEvents();
  return peer;
}

FakePeer HubFixture::JoinAsHub(const PeerId& id, std::string_view members) {
  return Join(id, hub_.identity().mesh_namespace(), members);
}

void HubFixture::Advance(Duration by) {
  const SteadyTime end = clock_.Read().steady + by;
  while (hub_.NextDeadline().has_value() && *hub_.NextDeadline() <= end) {
    const SteadyTime now = clock_.Read().steady;
    if (*hub_.NextDeadline() > now) clock_.Advance(*hub_.NextDeadline() - now);
    ASSERT_TRUE(Handle(Tick{}).ok());
    if (::testing::Test::HasFailure()) return;
  }
  clock_.Advance(end - clock_.Read().steady);
}

std::vector<std::string> HubFixture::TakeEvents() { return std::exchange(events_, {}); }

void HubFixture::ForgetMessages() {
  for (auto& [connection, inbox] : inboxes_) inbox.messages.clear();
}

HubFixture::Inbox* HubFixture::Reach(ConnectionId connection) {
  auto it = inboxes_.find(connection);
  if (it == inboxes_.end()) {
    ADD_FAILURE() << "an effect for a connection that never was: " << ToText(connection);
    return nullptr;
  }
  if (it->second.closed.has_value() || it->second.gone) {
    ADD_FAILURE() << "an effect for a connection that is over: " << ToText(connection);
    return nullptr;
  }
  return &it->second;
}

void HubFixture::Deliver(ConnectionId to, UnixMillis timestamp, UnixMillis unix_ms,
                         const outbound::Message& message) {
  EXPECT_EQ(timestamp, unix_ms);
  Inbox* inbox = Reach(to);
  if (inbox == nullptr) return;
  const bool is_greeting = std::holds_alternative<outbound::Connected>(message);
  EXPECT_NE(inbox->greeted, is_greeting) << ToText(message) << " to " << ToText(to);
  inbox->greeted = true;
  const auto* discovered = std::get_if<outbound::Discovered>(&message);
  const auto* disconnected = std::get_if<outbound::Disconnected>(&message);
  if ((discovered != nullptr && !discovered->addressed) ||
      (disconnected != nullptr && !disconnected->addressed)) {
    EXPECT_TRUE(inbox->is_link) << ToText(message) << " to " << ToText(to);
  }
  inbox->messages.push_back(message);
}

void HubFixture::Apply(const Effect& effect, UnixMillis unix_ms) {
  if (const auto* send = std::get_if<Send>(&effect)) {
    Deliver(send->to, send->timestamp, unix_ms, send->message);
  } else if (const auto* broadcast = std::get_if<Broadcast>(&effect)) {
    EXPECT_FALSE(broadcast->to.empty());
    const std::set<ConnectionId> different(broadcast->to.begin(), broadcast->to.end());
    EXPECT_EQ(different.size(), broadcast->to.size()) << ToText(effect);
    for (ConnectionId to : broadcast->to) {
      Deliver(to, broadcast->timestamp, unix_ms, broadcast->message);
    }
  } else if (const auto* list = std::get_if<SendList>(&effect)) {
    EXPECT_FALSE(list->members.empty());
    for (const SendList::Member& member : list->members) {
      Deliver(list->to, list->timestamp, unix_ms, list->About(member));
    }
  } else if (const auto* emit = std::get_if<Emit>(&effect)) {
    EXPECT_EQ(emit->event.seq, ++last_event_);
    EXPECT_EQ(emit->event.unix_ms, unix_ms);
    events_.push_back(ToText(emit->event.body));
  } else if (const auto* close = std::get_if<Close>(&effect)) {
    if (Inbox* inbox = Reach(close->connection)) inbox->closed = close->reason;
  } else if (const auto* more = std::get_if<MoreWaits>(&effect)) {
    if (Inbox* inbox = Reach(more->to)) inbox->list_pending = true;
  } else if (const auto* keeps = std::get_if<Keeps>(&effect)) {
    if (Inbox* inbox = Reach(keeps->connection)) inbox->kept = keeps->bytes;
  } else if (const auto* pause = std::get_if<PauseReading>(&effect)) {
    if (Inbox* inbox = Reach(pause->connection)) inbox->paused = true;
  } else if (const auto* resume = std::get_if<ResumeReading>(&effect)) {
    if (Inbox* inbox = Reach(resume->connection)) inbox->paused = false;
  } else if (const auto* probe = std::get_if<Probe>(&effect)) {
    if (Inbox* inbox = Reach(probe->connection)) ++inbox->probes;
  } else if (const auto* watch = std::get_if<WatchLink>(&effect)) {
    if (Inbox* inbox = Reach(watch->connection)) inbox->is_link = true;
  }
}

void HubFixture::CheckStanding() {
  const HubStats stats = hub_.Stats();
  const Counters& counters = hub_.counters();
  EXPECT_EQ(counters.connections.value(), stats.connections);
  EXPECT_EQ(counters.peers.value(), stats.peers);
  EXPECT_EQ(counters.hubs.value(), stats.hubs);
  EXPECT_EQ(counters.networks.value(), stats.networks);
  EXPECT_EQ(counters.remote_peers.value(), stats.remote_peers);
  EXPECT_EQ(hub_.ConnectedHubs().size(), stats.hubs);
  std::map<LinkRecord::State, size_t> links;
  for (const LinkRecord& link : hub_.Links()) ++links[link.state];
  for (size_t i = 0; i < kLinkStateCount; ++i) {
    const auto state = static_cast<LinkRecord::State>(i);
    EXPECT_EQ(counters.links[i].value(), links[state]) << "links in state " << i;
  }
}

}  // namespace pigeonhub
