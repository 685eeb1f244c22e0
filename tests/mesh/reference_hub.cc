// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/reference_hub.h"

#include <variant>

#include "tests/mesh/spoken.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kMesh = "pigeonhub-mesh";
constexpr Duration kReconnectInterval = 5s;

}  // namespace

ReferenceHub::ReferenceHub(Services& services, std::string name, const PeerId& id,
                           SessionNumber first_session)
    : services_(services), name_(std::move(name)), id_(id), next_session_(first_session) {}

void ReferenceHub::Start(std::vector<std::string> bootstrap) {
  bootstrap_ = std::move(bootstrap);
  services_.network.Listen(UrlOf(name_), *this, name_);
  for (size_t i = 0; i < bootstrap_.size(); ++i) Redial(i);
}

void ReferenceHub::Redial(size_t index) {
  services_.network.Dial(*this, index, name_, bootstrap_[index], id_.text());
}

void ReferenceHub::OnDialed(uint64_t tag, EndId end) {
  dialed_[end] = tag;
  links_[end] = {{}, true, true, {}, {}};
  services_.network.Send(
      end, R"({"type":"announce","networkName":"pigeonhub-mesh","data":{"isHub":true,"port":3000,)"
           R"("host":"reference","capabilities":["signaling","relay"],"timestamp":1}})");
  for (const auto& [peer, member] : peers_) services_.network.Send(end, Discovery(peer, member));
}

void ReferenceHub::OnDialFailed(uint64_t tag) {
  services_.agenda.After(kReconnectInterval, [this, tag] { Redial(tag); });
}

void ReferenceHub::OnArrival(EndId end, std::string_view peer_id, std::string_view) {
  const PeerId hub = PeerId::Parse(peer_id).value_or(PeerId());
  for (const auto& [other, link] : links_) {
    if (link.dialed || link.hub != hub) continue;
    return services_.network.Close(end, 1008, "Peer already connected");
  }
  links_[end] = {hub, false, false, {}, {}};
  services_.network.Send(end, R"({"type":"connected","data":{"peerId":)" + Quoted(peer_id) +
                                  R"(},"fromPeerId":"system","timestamp":1})");
}

void ReferenceHub::OnEnd(EndId end, const Ending&) {
  links_.erase(end);
  auto dialed = dialed_.find(end);
  if (dialed == dialed_.end()) return;
  const size_t index = dialed->second;
  dialed_.erase(dialed);
  services_.agenda.After(kReconnectInterval, [this, index] { Redial(index); });
}

// ---- Its peers ---------------------------------------------------------------------------------

std::string ReferenceHub::Discovery(const PeerId& peer, const Member& member) const {
  return R"({"type":"peer-discovered","data":{"peerId":)" + Quoted(peer.text()) +
         R"(,"isHub":false,"v":)" + std::to_string(member.version) + R"(},"networkName":)" +
         Quoted(member.network) + R"(,"fromPeerId":"system","timestamp":1})";
}

std::string ReferenceHub::Leaving(const PeerId& peer, const Member& member) const {
  return R"({"type":"peer-disconnected","data":{"peerId":)" + Quoted(peer.text()) +
         R"(,"isHub":false,"reason":"disconnected","timestamp":1},"networkName":)" +
         Quoted(member.network) + R"(,"fromPeerId":"system","timestamp":1})";
}

void ReferenceHub::TellAll(const std::string& frame) {
  for (const auto& [end, link] : links_) {
    if (link.announced) services_.network.Send(end, frame);
  }
}

void ReferenceHub::Join(const PeerId& peer, const std::string& network) {
  Leave(peer);
  Member& member = peers_[peer];
  member = {network, services_.ledger.Announced(peer, network), next_session_++};
  TellAll(Discovery(peer, member));
}

void ReferenceHub::Leave(const PeerId& peer) {
  auto it = peers_.find(peer);
  if (it == peers_.end()) return;
  TellAll(Leaving(peer, it->second));
  peers_.erase(it);
}

void ReferenceHub::Goodbye(const PeerId& peer) {
  auto it = peers_.find(peer);
  if (it == peers_.end()) return;
  // It never passes a goodbye on; the leave goes out under a name that is not the peer's.
  TellAll(Leaving(peer, {"global", 0, 0}));
  peers_.erase(it);
}

void ReferenceHub::Repeat() {
  for (auto& [peer, member] : peers_) {
    member.version = services_.ledger.Announced(peer, member.network);
    TellAll(Discovery(peer, member));
  }
}

void ReferenceHub::Offer(const PeerId& from, const PeerId& target) {
  auto it = peers_.find(from);
  if (it == peers_.end()) return;
  const Member& member = it->second;
  const uint64_t number =
      services_.ledger.Sent({from, member.session, target, member.network, false, true});
  const std::string frame = R"({"type":)" + Quoted(kSignalNames[number % 3]) + R"(,"data":{"n":)" +
                            std::to_string(number) + R"(},"fromPeerId":)" + Quoted(from.text()) +
                            R"(,"targetPeerId":)" + Quoted(target.text()) + R"(,"networkName":)" +
                            Quoted(member.network) + R"(,"timestamp":1})";
  TellAll(frame);
}

// ---- What links say ----------------------------------------------------------------------------

void ReferenceHub::OnFrame(EndId end, std::string text) {
  auto it = links_.find(end);
  if (it == links_.end()) return;
  const wire::Decoder::Result result = decoder_.Decode(std::move(text));
  if (const auto* message = std::get_if<inbound::Message>(&result)) {
    Hear(end, it->second, *message);
  }
}

void ReferenceHub::Hear(EndId end, Link& link, const inbound::Message& message) {
  if (const auto* announce = std::get_if<inbound::Announce>(&message)) {
    HearAnnounce(end, link, *announce);
  } else if (std::holds_alternative<inbound::Ping>(message)) {
    services_.network.Send(end, R"({"type":"pong","data":{"timestamp":1},"fromPeerId":"system",)"
                                R"("timestamp":1})");
  } else if (const auto* report = std::get_if<inbound::PeerReport>(&message)) {
    const auto peer = PeerId::Parse(report->peer);
    if (!peer.has_value() || report->network == kMesh) return;
    const uint64_t version =
        report->profile.members == nullptr ? 0 : NumberIn(*report->profile.members, "v");
    services_.ledger.CheckDiscovery(*peer, std::string(report->network), version);
    auto& told = link.told[*peer];
    const std::pair<std::string, uint64_t> now{std::string(report->network), version};
    // As a client it keeps what it hears; as a server it only hands it to whoever is there, and may
    // be told again for those who came since.
    if (told == now && link.dialed) {
      services_.verdict.Fail(5, name_ + " was told of " + Short(*peer) + " twice on one link");
    }
    told = now;
  } else if (const auto* left = std::get_if<inbound::PeerWithdrawal>(&message)) {
    const auto peer = PeerId::Parse(left->peer);
    if (!peer.has_value() || left->network == kMesh) return;
    if (link.told.erase(*peer) == 0) {
      services_.verdict.Fail(
          5, name_ + " was told that " + Short(*peer) + " left, which it does not know");
    }
  } else if (const auto* signal = std::get_if<inbound::Signal>(&message)) {
    HearSignal(end, link, *signal);
  }
}

void ReferenceHub::HearAnnounce(EndId end, Link& link, const inbound::Announce& announce) {
  if (link.dialed || announce.network != kMesh) return;
  link.announced = true;
  if (announce.profile.members != nullptr) link.members = *announce.profile.members;
  for (const auto& [peer, member] : peers_) services_.network.Send(end, Discovery(peer, member));
  // The hubs that dialed it see each other's announces, word for word.
  const auto show = [this](EndId to, const Link& receiver, const Link& hub) {
    services_.network.Send(
        to, R"({"type":"peer-discovered","data":{"peerId":)" + Quoted(hub.hub.text()) +
                R"(,"isHub":true)" + (hub.members.empty() ? "" : "," + hub.members) +
                R"(},"networkName":"pigeonhub-mesh","fromPeerId":"system","targetPeerId":)" +
                Quoted(receiver.hub.text()) + R"(,"timestamp":1})");
  };
  for (const auto& [other_end, other] : links_) {
    if (other_end == end || other.dialed || !other.announced) continue;
    show(other_end, other, link);
    show(end, link, other);
  }
}

void ReferenceHub::HearSignal(EndId, const Link& link, const inbound::Signal& signal) {
  const uint64_t number = NumberIn(signal.payload.text, "n");
  const auto target = PeerId::Parse(signal.target);
  if (!target.has_value()) return;
  if (auto it = peers_.find(*target); it != peers_.end()) {
    return services_.ledger.Delivered(number, signal.from, *target, it->second.session,
                                      signal.network, services_.network.last_change(),
                                      /*to_reference=*/true);
  }
  if (link.dialed || !relayed_.insert(std::string(signal.payload.text)).second) return;
  // To every hub it dialed or, without such, to every hub that dialed it: the source, too.
  const bool up = !dialed_.empty();
  for (const auto& [end, other] : links_) {
    if (other.dialed != up || !other.announced) continue;
    services_.network.Send(
        end, R"({"type":)" + Quoted(kSignalNames[static_cast<size_t>(signal.type)]) +
                 R"(,"data":)" + std::string(signal.payload.text) + R"(,"fromPeerId":)" +
                 Quoted(signal.from) + R"(,"targetPeerId":)" + Quoted(signal.target) +
                 R"(,"networkName":)" + Quoted(signal.network) + R"(,"timestamp":1})");
  }
}

}  // namespace pigeonhub::sim
