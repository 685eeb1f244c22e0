// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/hub_process.h"

#include <utility>
#include <variant>

#include "server/core/hub.h"
#include "server/core/mesh/node_seal.h"
#include "server/wire/encode.h"
#include "server/wire/hub_seal.h"
#include "tests/mesh/cheap_keyring.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

constexpr UnixMillis kBegin = 1795370400000;
constexpr Duration kLinkSilence = 10s;
// A list goes on when no more than this is under way.
constexpr size_t kShortQueue = 64;

EndId EndOf(ConnectionId connection) { return connection.serial(); }
ConnectionId ConnectionOf(EndId end) { return {0, end}; }

// It takes a mark, a seal and the keys of neighbors for capabilities, and knows no bus.
SharedNode AsTheVersionBeforeReadsIt(const HubNode& node) {
  HubNode read = node;
  auto details = std::make_shared<HubDetails>(*node.profile.hub);
  if (node.bus.has_value()) details->capabilities.push_back(BusMark(node));
  if (node.seal != nullptr) details->capabilities.push_back(wire::TextOf(*node.seal));
  const std::string keys = wire::TextOfKeys(node.neighbors);
  if (!keys.empty()) details->capabilities.push_back(keys);
  for (HubNode::Neighbor& neighbor : read.neighbors) neighbor.key.reset();
  read.profile.hub = std::move(details);
  read.bus.reset();
  read.unheard.clear();
  read.seal = nullptr;
  read.raw.clear();
  return std::make_shared<const HubNode>(std::move(read));
}

bool IsOfQuestions(const mesh::Op& op) {
  return std::holds_alternative<mesh::Ask>(op) || std::holds_alternative<mesh::Reply>(op);
}

bool IsOfBans(const mesh::Op& op) {
  return std::holds_alternative<mesh::BanTold>(op) || std::holds_alternative<mesh::BansHeld>(op) ||
         std::holds_alternative<mesh::WantBans>(op);
}

bool IsOfHandshakes(const mesh::Op& op) {
  return std::holds_alternative<mesh::TraceAsked>(op) ||
         std::holds_alternative<mesh::TraceAnswered>(op) ||
         std::holds_alternative<mesh::SharedTraceStep>(op);
}

// What a hub reads that knows nothing of some operations.
std::shared_ptr<const mesh::Body> Without(bool (*is_unknown)(const mesh::Op&),
                                          const mesh::Body& body) {
  auto read = std::make_shared<mesh::Body>(body);
  std::erase_if(read->ops, is_unknown);
  return read;
}

Reason ReasonOf(const Ending& ending) {
  if (ending.silence) return Reason::kUnresponsive;
  return ending.code == 1006 ? Reason::kTransportLost : Reason::kPeerClosed;
}

}  // namespace

HubProcess::HubProcess(Services& services, std::string name, HubOptions options, const Clock& clock,
                       uint64_t seed)
    : services_(services),
      name_(std::move(name)),
      options_(std::move(options)),
      clock_(clock),
      seed_(seed) {}

HubProcess::~HubProcess() = default;

Now HubProcess::Read() const {
  const int64_t passed = services_.agenda.now().count();
  const int64_t mine = passed + passed / 1'000'000 * clock_.drift_ppm;
  return {SteadyTime(1h + clock_.ahead + Duration(mine)),
          kBegin + clock_.unix_ahead_ms + mine / 1'000'000};
}

void HubProcess::Start() {
  ++life_;
  options_.bus.on = has_bus();
  hub_ = std::make_unique<Hub>(options_, seed_,
                               of_version_before_ ? nullptr : MakeCheapKeyring(seed_));
  ++seed_;
  services_.hub_ids[name_] = id();
  services_.network.Listen(UrlOf(name_), *this, name_);
  Handle(StartSignaling{name_ + ".example", 3000});
  if (has_bus()) services_.bus.Attach(*this, name_, bus_);
}

void HubProcess::StandStill(Duration time) {
  still_until_ = services_.agenda.now() + time;
  services_.agenda.After(time, [this, life = life_] {
    if (life == life_ && still_until_ <= services_.agenda.now()) GoOn();
  });
}

void HubProcess::GoOn() {
  still_until_.reset();
  // A timer that is due fires before a socket is read.
  if (hub_ != nullptr) PlanTick();
  while (!waiting_.empty() && !still_until_.has_value()) {
    const auto what = std::move(waiting_.front());
    waiting_.pop_front();
    what();
  }
}

bool HubProcess::WaitsInStead(std::function<void()> what) {
  if (!still_until_.has_value()) return false;
  waiting_.push_back(std::move(what));
  return true;
}

void HubProcess::Crash() {
  services_.network.StopListening(UrlOf(name_));
  services_.network.Die(*this);
  services_.bus.Leave(*this);
  still_until_.reset();
  waiting_.clear();
  hub_.reset();
  connections_.clear();
  dials_.clear();
  lies_.clear();
  planned_for_.reset();
  ++tick_plan_;
}

size_t HubProcess::links() const {
  size_t links = 0;
  for (const auto& [end, connection] : connections_) links += connection.place.empty() ? 0 : 1;
  return links;
}

size_t HubProcess::reference_links() const {
  size_t links = 0;
  for (const auto& [end, connection] : connections_) links += IsReferenceHub(connection.place);
  return links;
}

void HubProcess::Handle(const Input& input) {
  if (hub_ == nullptr) return;
  Effects effects;
  (void)hub_->Handle(Read(), input, effects);
  CarryOut(effects);
  PlanTick();
}

void HubProcess::PlanTick() {
  const auto deadline = hub_->NextDeadline();
  // Most of what it hears changes no deadline.
  if (deadline.has_value() && deadline == planned_for_) return;
  planned_for_ = deadline;
  const uint64_t plan = ++tick_plan_;
  if (!deadline.has_value()) return;
  const Duration left = *deadline - Read().steady;
  // Its clock may be slow, so it looks again and again until the time has come there.
  services_.agenda.After(left <= 0ns ? 1us : left, [this, plan] { Tick(plan); });
}

void HubProcess::Tick(uint64_t plan) {
  if (plan != tick_plan_) return;
  planned_for_.reset();
  if (hub_ == nullptr || still_until_.has_value()) return;
  const auto deadline = hub_->NextDeadline();
  if (deadline.has_value() && *deadline > Read().steady) return PlanTick();
  Handle(pigeonhub::Tick{});
}

// ---- From the network --------------------------------------------------------------------------

void HubProcess::OnArrival(EndId end, std::string_view peer_id, std::string_view from) {
  if (WaitsInStead([this, end, id = std::string(peer_id), place = std::string(from)] {
        OnArrival(end, id, place);
      })) {
    return;
  }
  Connection& connection = connections_[end];
  connection.place = std::string(from);
  connection.peer = PeerId::Parse(peer_id).value_or(PeerId());
  connection.neighbor = connection.peer;
  // It may speak for this one now.
  std::erase_if(lies_, [&](const Falsehood& lie) { return lie.from == connection.peer; });
  Opened opened;
  opened.connection = ConnectionOf(end);
  opened.peer_id = peer_id;
  opened.address = "127.0.0.1";  // where no rates hold
  if (!from.empty() && !IsReferenceHub(connection.place))
    opened.hub_credential = HubCredential::kValid;
  Handle(opened);
}

void HubProcess::OnDialed(uint64_t tag, EndId end) {
  // It may be gone when this process goes on.
  const std::string& place = services_.network.PlaceOf(end ^ 1);
  TakeDialed(tag, end, place, services_.hub_ids[place]);
}

void HubProcess::TakeDialed(uint64_t tag, EndId end, const std::string& place,
                            const PeerId& neighbor) {
  if (WaitsInStead([=, this] { TakeDialed(tag, end, place, neighbor); })) return;
  auto dial = dials_.find(tag);
  if (dial == dials_.end()) return services_.network.Close(end, 1000, "");
  const DialTargetId dial_target = dial->second;
  dials_.erase(dial);
  connections_[end].place = place;
  connections_[end].neighbor = neighbor;
  Handle(DialOpened{dial_target, ConnectionOf(end)});
}

void HubProcess::OnDialFailed(uint64_t tag) {
  if (WaitsInStead([=, this] { OnDialFailed(tag); })) return;
  auto dial = dials_.find(tag);
  if (dial == dials_.end()) return;
  const DialTargetId dial_target = dial->second;
  dials_.erase(dial);
  Handle(DialFailed{dial_target, 1006, "nobody there"});
}

void HubProcess::OnFrame(EndId end, std::string text) {
  if (WaitsInStead([=, this] { OnFrame(end, text); })) return;
  auto it = connections_.find(end);
  if (it == connections_.end()) return;
  const bool probed = std::exchange(it->second.probed, false);
  const std::string& place = it->second.place;
  wire::Decoder::Result result = decoder_.Decode(std::move(text));
  auto* message = std::get_if<inbound::Message>(&result);
  if (message == nullptr) {
    return services_.verdict.Fail(5, "hub " + name_ + " got a frame that says nothing");
  }
  if (const auto* announce = std::get_if<inbound::Announce>(message); announce && place.empty()) {
    services_.network.Mark(end, std::string(announce->network));
  }
  if (const auto* frame = std::get_if<inbound::HubFrame>(message)) {
    services_.ledger.Passed(id(), it->second.neighbor, *frame);
    if (mischief_ != nullptr) mischief_->Keep(*frame);
  }
  if (const auto* news = std::get_if<inbound::HubNews>(message); news && mischief_ != nullptr) {
    mischief_->Keep(*news);
  }
  if (auto* news = std::get_if<inbound::HubNews>(message); news && of_version_before_) {
    for (SharedNode& node : news->hubs) node = AsTheVersionBeforeReadsIt(*node);
  }
  if (auto* frame = std::get_if<inbound::HubFrame>(message)) {
    if (of_version_before_) {
      frame->body = Without(IsOfQuestions, *Without(IsOfBans, *frame->body));
    }
    if (of_version_before_ || knows_no_handshakes_) {
      frame->body = Without(IsOfHandshakes, *frame->body);
    }
  }
  Handle(Received{ConnectionOf(end), *message});
  if (probed) Handle(Alive{ConnectionOf(end)});
}

void HubProcess::OnBusUp() {
  if (WaitsInStead([this] { OnBusUp(); })) return;
  Handle(pigeonhub::BusUp{"nats://" + bus_, size_t{1} << 20});
}

void HubProcess::OnBusDown() {
  if (WaitsInStead([this] { OnBusDown(); })) return;
  Handle(pigeonhub::BusDown{"connection lost"});
}

void HubProcess::OnBusText(std::string text) {
  if (WaitsInStead([=, this] { OnBusText(text); })) return;
  const wire::Decoder::Result result = decoder_.Decode(std::move(text));
  const auto* message = std::get_if<inbound::Message>(&result);
  if (message == nullptr) {
    return services_.verdict.Fail(5, "hub " + name_ + " heard something that says nothing");
  }
  if (const auto* frame = std::get_if<inbound::HubFrame>(message)) {
    services_.ledger.Passed(id(), frame->via.empty() ? frame->from : frame->via.back(), *frame);
  }
  Handle(Overheard{*message});
}

void HubProcess::OnPong(EndId end) {
  if (WaitsInStead([=, this] { OnPong(end); })) return;
  auto it = connections_.find(end);
  if (it == connections_.end() || !std::exchange(it->second.probed, false)) return;
  Handle(Alive{ConnectionOf(end)});
}

void HubProcess::OnEnd(EndId end, const Ending& ending) {
  if (WaitsInStead([=, this] { OnEnd(end, ending); })) return;
  if (connections_.erase(end) == 0) return;
  Handle(Closed{ConnectionOf(end), ReasonOf(ending), ending.code, ending.text});
}

// ---- To the network ----------------------------------------------------------------------------

void HubProcess::CarryOut(const Effects& effects) {
  for (const Effect& effect : effects) Carry(effect);
}

void HubProcess::Carry(const Effect& effect) {
  FakeNetwork& network = services_.network;
  if (const auto* send = std::get_if<Send>(&effect)) {
    Write(send->to, send->message, send->timestamp);
  } else if (const auto* broadcast = std::get_if<Broadcast>(&effect)) {
    for (ConnectionId to : broadcast->to) Write(to, broadcast->message, broadcast->timestamp);
  } else if (const auto* list = std::get_if<SendList>(&effect)) {
    for (const SendList::Member& member : list->members) {
      Write(list->to, list->About(member), list->timestamp);
    }
  } else if (const auto* pending = std::get_if<MoreWaits>(&effect)) {
    PullList(EndOf(pending->to));
  } else if (const auto* close = std::get_if<Close>(&effect)) {
    const CloseFrame frame = CloseFrameFor(close->reason);
    network.Close(EndOf(close->connection), frame.code, frame.text);
  } else if (const auto* pause = std::get_if<PauseReading>(&effect)) {
    network.Pause(EndOf(pause->connection));
  } else if (const auto* resume = std::get_if<ResumeReading>(&effect)) {
    network.Resume(EndOf(resume->connection));
  } else if (const auto* probe = std::get_if<Probe>(&effect)) {
    connections_[EndOf(probe->connection)].probed = true;
    network.Ping(EndOf(probe->connection));
  } else if (const auto* watch = std::get_if<WatchLink>(&effect)) {
    network.Watch(EndOf(watch->connection), kLinkSilence);
  } else if (const auto* dial = std::get_if<Dial>(&effect)) {
    dials_.insert({next_dial_, dial->dial_target});
    network.Dial(*this, next_dial_++, name_, dial->url, id().text());
  } else if (const auto* publish = std::get_if<Publish>(&effect)) {
    services_.bus.Publish(*this, publish->to, TextOf(publish->message, publish->timestamp, {}));
  } else if (std::holds_alternative<HangUpBus>(effect)) {
    services_.bus.HangUp(*this);
  } else if (const auto* cancel = std::get_if<CancelDial>(&effect)) {
    std::erase_if(dials_, [&](const auto& entry) { return entry.second == cancel->dial_target; });
  } else if (const auto* emit = std::get_if<Emit>(&effect)) {
    if (const auto* seen = std::get_if<HandshakeSeen>(&emit->event.body)) {
      steps_.push_back(*seen->step);
    } else if (const auto* hub = std::get_if<HandshakeHub>(&emit->event.body)) {
      told_of_.insert_or_assign(hub->hub, *hub);
    }
  }
}

void HubProcess::Write(ConnectionId to, const outbound::Message& message, UnixMillis timestamp) {
  const EndId end = EndOf(to);
  auto it = connections_.find(end);
  if (it == connections_.end()) return;
  services_.network.Send(end, TextOf(message, timestamp, it->second.peer));
}

std::string HubProcess::TextOf(const outbound::Message& message, UnixMillis timestamp,
                               const PeerId& receiver) {
  const auto* frame = std::get_if<outbound::HubFrame>(&message);
  const bool lies = frame != nullptr && frame->body != nullptr && frame->body->seq > 0;
  std::string text;
  if (lies && !lies_.empty()) {
    wire::EncodeTo(WithLies(*frame), timestamp, receiver, text);
  } else {
    wire::EncodeTo(message, timestamp, receiver, text);
  }
  return text;
}

outbound::HubFrame HubProcess::WithLies(outbound::HubFrame frame) {
  // A session of its own for each, for order is nothing that liars keep.
  constexpr SessionNumber kLies = SessionNumber{1} << 40;
  auto body = std::make_shared<mesh::Body>(*frame.body);
  for (const Falsehood& lie : std::exchange(lies_, {})) {
    Ledger& ledger = services_.ledger;
    const uint64_t number =
        ledger.Sent({lie.from, kLies + ledger.next_signal(), lie.target, lie.network, lie.hostile,
                     /*from_reference=*/false, /*doubtful=*/true});
    const auto payload =
        std::make_shared<const std::string>(R"({"n":)" + std::to_string(number) + "}");
    body->ops.push_back(mesh::Signal{lie.type,
                                     lie.from,
                                     lie.target,
                                     std::make_shared<const std::string>(lie.network),
                                     {payload, *payload}});
  }
  frame.body = std::move(body);
  return frame;
}

void HubProcess::Attack(const PeerId& victim, const std::vector<PeerId>& peers) {
  if (hub_ == nullptr || victim == id()) return;
  if (mischief_ == nullptr) mischief_ = std::make_unique<Mischief>(seed_, id());
  std::vector<PeerId> hubs;
  for (const auto& [name, hub] : services_.hub_ids) hubs.push_back(hub);
  for (const outbound::Message& message : mischief_->Against(victim, hubs, peers)) {
    for (const auto& [end, connection] : connections_) {
      if (connection.place.empty() || IsReferenceHub(connection.place)) continue;
      std::string text;
      wire::EncodeTo(message, Read().unix_ms, connection.peer, text);
      if (const auto* frame = std::get_if<outbound::HubFrame>(&message)) {
        const wire::Decoder::Result sent = decoder_.Decode(std::string(text));
        services_.ledger.Forged(
            frame->from, frame->to,
            std::get<inbound::HubFrame>(std::get<inbound::Message>(sent)).raw.text);
      }
      services_.network.Send(end, std::move(text));
    }
  }
}

void HubProcess::PullList(EndId end) {
  auto it = connections_.find(end);
  if (it == connections_.end() || std::exchange(it->second.list_pending, true)) return;
  services_.agenda.After(1ms, [this, end] {
    auto found = connections_.find(end);
    if (found == connections_.end()) return;
    found->second.list_pending = false;
    if (services_.network.InFlightTo(end ^ 1) > kShortQueue) return PullList(end);
    Handle(WantMore{ConnectionOf(end)});
  });
}

}  // namespace pigeonhub::sim
