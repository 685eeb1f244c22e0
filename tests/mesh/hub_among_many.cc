// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/hub_among_many.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include "server/core/hub.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

constexpr char kRoom[] = "room";
constexpr size_t kBranches = 8;  // below each hub of the tree
const ConnectionId kOne(0, 1);
const ConnectionId kOther(0, 2);
const ConnectionId kLink(0, 3);

PeerId SelfId() { return NumberedId(1'000'000); }
PeerId HubId(size_t hub) { return NumberedId(static_cast<uint32_t>(2'000'000 + hub)); }
PeerId FarId() { return NumberedId(3'000'000); }
SharedText Room() { return std::make_shared<const std::string>(kRoom); }

}  // namespace

HubAmongMany::~HubAmongMany() = default;

HubAmongMany::HubAmongMany(size_t hubs) : hubs_(hubs) {
  now_.steady = SteadyTime(1h);
  HubOptions options;
  options.is_hub = true;
  options.hub_peer_id = SelfId();
  options.limits.hubs = 2 * hubs + 10;
  for (std::optional<Rate>* rate :
       {&options.message_rate, &options.byte_rate, &options.announce_rate, &options.fanout_rate}) {
    *rate = Rate{};
  }
  hub_ = std::make_unique<Hub>(options, 1);
  Handle(StartSignaling{"localhost", 3000});
  for (ConnectionId peer : {kOne, kOther}) {
    Handle(Opened{peer, NumberedId(static_cast<uint32_t>(peer.serial())).text(), "127.0.0.1"});
    Handle(Received{peer, inbound::Announce{kRoom, {}}});
  }
  Handle(Opened{kLink, HubId(0).text(), "127.0.0.1"});
  inbound::Announce announce;
  announce.network = options.hub_mesh_namespace;
  announce.profile = NodeOf(0)->profile;
  Handle(Received{kLink, announce});
  std::vector<SharedNode> nodes;
  for (size_t hub = 0; hub < hubs; ++hub) nodes.push_back(NodeOf(hub));
  Tell(std::move(nodes));
  now_.steady += 1s;
  Handle(Tick{});
  Say({mesh::Want{Room()}, mesh::Listing{Room()},
       mesh::Join{FarId(), Room(), 1, false, false, nullptr}, mesh::Listed{Room()}});
  // What it said to all of them is acknowledged by none: they are quiet, and it says it again.
  if (hub_->Topology().hubs.size() != hubs + 1) std::abort();
}

SharedNode HubAmongMany::NodeOf(size_t hub) const {
  auto node = std::make_shared<HubNode>();
  node->id = HubId(hub);
  node->seq = news_;
  node->neighbors.push_back({hub == 0 ? SelfId() : HubId((hub - 1) / kBranches), false});
  for (size_t i = 1; i <= kBranches; ++i) {
    const size_t below = hub * kBranches + i;
    if (below < hubs_) node->neighbors.push_back({HubId(below), false});
  }
  auto details = std::make_shared<HubDetails>();
  details->mesh_version = 1;
  node->profile = {nullptr, true, std::move(details)};
  return node;
}

void HubAmongMany::Handle(const Input& input) {
  effects_.clear();
  if (!hub_->Handle(now_, input, effects_).ok()) std::abort();
  (void)hub_->NextDeadline();
  bool wants_room = false;
  for (const Effect& effect : effects_) {
    if (const auto* more = std::get_if<MoreWaits>(&effect)) wants_room = more->to == kLink;
    const auto* send = std::get_if<Send>(&effect);
    if (send == nullptr || send->to != kLink) continue;
    const auto* frame = std::get_if<outbound::HubFrame>(&send->message);
    if (frame == nullptr || frame->to != HubId(0) || frame->body == nullptr) continue;
    heard_stream_ = frame->body->stream;
    heard_ = std::max(heard_, frame->body->seq);
  }
  if (wants_room) Handle(WantMore{kLink});
}

void HubAmongMany::Tell(std::vector<SharedNode> nodes) {
  Handle(Received{kLink, inbound::HubNews{std::move(nodes)}});
}

void HubAmongMany::Say(std::vector<mesh::Op> ops) {
  auto body = std::make_shared<mesh::Body>();
  body->stream = 7;
  body->seq = ++said_;
  body->ack_stream = heard_stream_;
  body->ack = heard_;
  body->ops = std::move(ops);
  Handle(Received{kLink, inbound::HubFrame{HubId(0), SelfId(), {}, std::move(body), {}}});
}

void HubAmongMany::SignalHere() {
  Handle(Received{kOne, inbound::Signal{SignalType::kOffer, kRoom, "", NumberedId(2).text(), {}}});
}

void HubAmongMany::SignalFromThere() {
  Say({mesh::Signal{SignalType::kOffer, FarId(), NumberedId(1), Room(), {}}});
}

void HubAmongMany::AnnounceHere() {
  inbound::Announce announce;
  announce.network = kRoom;
  announce.profile.members =
      std::make_shared<const std::string>("\"n\":" + std::to_string(++announced_));
  Handle(Received{kOne, announce});
  Say({});
}

void HubAmongMany::RepeatOfAWord() {
  ++news_;
  Tell({NodeOf(0)});
}

void HubAmongMany::NothingDue() { Handle(Tick{}); }

double HubAmongMany::NanosecondsEach(void (HubAmongMany::*input)(), size_t rounds, size_t times) {
  double least = std::numeric_limits<double>::max();
  for (size_t round = 0; round < rounds; ++round) {
    const auto began = std::chrono::steady_clock::now();
    for (size_t i = 0; i < times; ++i) (this->*input)();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - began;
    least = std::min(least, took.count() / static_cast<double>(times));
  }
  return least;
}

}  // namespace pigeonhub::sim
