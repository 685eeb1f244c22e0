// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/hub_crowd.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>

#include "server/core/hub.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kDelay = 1ms;
constexpr SteadyTime kNever = SteadyTime::max();
const ConnectionId kUplink(0, 1);
// As the core counts it for a peer without data.
constexpr size_t kRemotePeerBytes = 600;

PeerId MiddleId() { return NumberedId(4'000'000); }
PeerId CrowdId(size_t hub) { return NumberedId(static_cast<uint32_t>(4'000'001 + hub)); }

SharedNode NodeWith(const PeerId& id, const std::vector<PeerId>& neighbors) {
  auto node = std::make_shared<HubNode>();
  node->id = id;
  node->seq = 1;
  for (const PeerId& neighbor : neighbors) node->neighbors.push_back({neighbor, false});
  auto details = std::make_shared<HubDetails>();
  details->mesh_version = 1;
  node->profile = {nullptr, true, std::move(details)};
  return node;
}

}  // namespace

HubCrowd::~HubCrowd() = default;

HubCrowd::HubCrowd(size_t hubs) {
  std::vector<PeerId> all;
  for (size_t hub = 0; hub < hubs; ++hub) {
    all.push_back(CrowdId(hub));
    numbers_[all.back()] = hub;
  }
  for (size_t hub = 0; hub < hubs; ++hub) {
    HubOptions options;
    options.is_hub = true;
    options.hub_peer_id = CrowdId(hub);
    options.limits.hubs = 2 * hubs;
    for (std::optional<Rate>* rate : {&options.message_rate, &options.byte_rate,
                                      &options.announce_rate, &options.fanout_rate}) {
      *rate = Rate{};
    }
    hubs_.push_back(std::make_unique<Hub>(options, hub + 1));
    deadline_of_.push_back(kNever);
    Handle(hub, StartSignaling{"localhost", 3000});
    Handle(hub, Opened{kUplink, MiddleId().text(), "127.0.0.1"});
    inbound::Announce announce;
    announce.network = options.hub_mesh_namespace;
    const SharedNode middle = NodeWith(MiddleId(), all);
    announce.profile = middle->profile;
    Handle(hub, Received{kUplink, announce});
    std::vector<SharedNode> nodes = {middle};
    for (size_t other = 0; other < hubs; ++other) {
      if (other != hub) nodes.push_back(NodeWith(CrowdId(other), {MiddleId()}));
    }
    Handle(hub, Received{kUplink, inbound::HubNews{std::move(nodes)}});
  }
  Run(2s);
  bodies_ = ops_ = 0;
  at_first_ = KnownToAll();
}

Now HubCrowd::NowIs() const {
  return {time_,
          std::chrono::duration_cast<std::chrono::milliseconds>(time_.time_since_epoch()).count()};
}

void HubCrowd::Handle(size_t hub, const Input& input) {
  Effects effects;
  if (!hubs_[hub]->Handle(NowIs(), input, effects).ok()) std::abort();
  bool room = false;
  for (const Effect& effect : effects) {
    if (const auto* more = std::get_if<MoreWaits>(&effect)) room = room || more->to == kUplink;
    const auto* send = std::get_if<Send>(&effect);
    const auto* frame = send == nullptr ? nullptr : std::get_if<outbound::HubFrame>(&send->message);
    if (frame == nullptr || frame->body == nullptr || !numbers_.contains(frame->to)) continue;
    ++bodies_;
    ops_ += frame->body->ops.size();
    under_way_.insert({time_ + kDelay, {numbers_.at(frame->to), frame->from, frame->body}});
  }
  const SteadyTime deadline = hubs_[hub]->NextDeadline().value_or(kNever);
  if (deadline != deadline_of_[hub]) {
    deadlines_.erase({deadline_of_[hub], hub});
    deadlines_.insert({deadline, hub});
    deadline_of_[hub] = deadline;
  }
  if (room) Handle(hub, WantMore{kUplink});
}

void HubCrowd::Run(Duration time) {
  const SteadyTime until = time_ + time;
  for (;;) {
    const SteadyTime tick = deadlines_.empty() ? kNever : deadlines_.begin()->first;
    const SteadyTime arrival = under_way_.empty() ? kNever : under_way_.begin()->first;
    if (std::min(tick, arrival) > until) break;
    time_ = std::max(time_, std::min(tick, arrival));
    if (tick < arrival) {
      Handle(deadlines_.begin()->second, Tick{});
      continue;
    }
    const Parcel parcel = std::move(under_way_.begin()->second);
    under_way_.erase(under_way_.begin());
    Handle(parcel.to,
           Received{kUplink, inbound::HubFrame{
                                 parcel.from, CrowdId(parcel.to), {MiddleId()}, parcel.body, {}}});
  }
  time_ = until;
}

void HubCrowd::Join(size_t hub, uint32_t peer, const std::string& network) {
  const ConnectionId connection(0, next_serial_++);
  peers_[peer] = {hub, connection};
  Handle(hub, Opened{connection, NumberedId(peer).text(), "127.0.0.1"});
  Handle(hub, Received{connection, inbound::Announce{network, {}}});
}

void HubCrowd::Leave(uint32_t peer) {
  const Place place = peers_.at(peer);
  peers_.erase(peer);
  Handle(place.hub, Closed{place.connection, Reason::kTransportLost, 1006, ""});
}

HubCrowd::Known HubCrowd::KnownToAll() const {
  Known known;
  for (const auto& hub : hubs_) {
    known.peers += hub->Stats().remote_peers;
    known.bytes += hub->counters().remote_bytes.value();
  }
  return known;
}

double HubCrowd::RemotePeers() const {
  return static_cast<double>(KnownToAll().peers - at_first_.peers) /
         static_cast<double>(hubs_.size());
}

double HubCrowd::WantBytes(size_t name) const {
  return static_cast<double>(KnownToAll().bytes - at_first_.bytes) /
             static_cast<double>(hubs_.size()) -
         RemotePeers() * static_cast<double>(kRemotePeerBytes + name);
}

}  // namespace pigeonhub::sim
