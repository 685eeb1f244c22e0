// SPDX-License-Identifier: Apache-2.0

#include "tests/core/mesh/linked_mesh_hub.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "server/core/overloaded.h"
#include "tests/core/hub_server.h"
#include "tests/core/mesh/fake_mesh.h"

namespace pigeonhub {
namespace {

std::string OpText(const mesh::Op& op) {
  return std::visit(
      Overloaded{
          [](const mesh::Want& o) { return "want " + *o.network; },
          [](const mesh::Unwant& o) { return "unwant " + *o.network; },
          [](const mesh::WantAll& o) { return std::string(o.all ? "want all" : "want not all"); },
          [](const mesh::Listing& o) { return "listing " + *o.network; },
          [](const mesh::Listed& o) { return "listed " + *o.network; },
          [](const mesh::Nobody& o) { return "nobody in " + *o.network; },
          [](const mesh::Join& o) {
            return absl::StrCat("join ", ToText(o.peer), " in ", *o.network, " generation ",
                                o.generation, o.alive ? " alive" : "");
          },
          [](const mesh::Leave& o) {
            return absl::StrCat("leave ", ToText(o.peer), " in ", *o.network, ": ", o.reason);
          },
          [](const mesh::Signal& o) {
            return absl::StrCat("signal ", ToText(o.from), " to ", ToText(o.target), " in ",
                                *o.network, " ", std::string(o.payload.text));
          },
          [](const mesh::Claim& o) { return "claim " + ToText(o.peer); },
          [](const mesh::Holds& o) { return "holds " + ToText(o.peer); },
          [](const mesh::Yields& o) {
            return absl::StrCat("yields ", ToText(o.peer), " generation ", o.generation);
          },
          [](const mesh::BanTold& o) { return "ban of " + o.ban->target.value; },
          [](const mesh::BansHeld& o) { return absl::StrCat("bans held, next ", o.next); },
          [](const mesh::WantBans& o) { return absl::StrCat("want bans after ", o.after); },
          [](const mesh::Ask& o) { return absl::StrCat("ask ", o.number, ": ", *o.bytes); },
          [](const mesh::Reply& o) {
            return absl::StrCat("reply ", o.number, ": ", o.refusal.empty() ? *o.bytes : o.refusal);
          },
          [](const mesh::TraceAsked&) { return std::string("trace asked"); },
          [](const mesh::TraceAnswered&) { return std::string("trace answered"); },
          [](const mesh::SharedTraceStep&) { return std::string("trace step"); },
      },
      op);
}

}  // namespace

SharedText Text(std::string_view text) { return std::make_shared<const std::string>(text); }

mesh::Join JoinOp(char peer, std::string_view network, uint64_t generation, bool alive) {
  return {Id(peer), Text(network), generation, alive, false, nullptr};
}
mesh::Leave LeaveOp(char peer, std::string_view network, bool goodbye) {
  return {Id(peer), Text(network), goodbye ? "goodbye" : "disconnected", goodbye, {}};
}
mesh::Signal SignalOp(char from, char target, std::string_view network) {
  return {SignalType::kOffer, Id(from), Id(target), Text(network), Json("1")};
}

LinkedMeshHub::LinkedMeshHub(HubFixture& hub, char name)
    : hub_(hub), id_(Id(name)), peer_(hub.Open(Id(name))) {
  peer_.Send(inbound::Announce{kMesh, MeshHubProfile()});
  Tell({hub.hub().Topology().hubs.front().id});
  Say({mesh::Want{Text("hello")}, mesh::Unwant{Text("hello")}, mesh::Nobody{Text(kMesh)}});
  Take();
}

void LinkedMeshHub::Tell(const std::vector<PeerId>& neighbors, std::string url) {
  HubNode node;
  node.id = id_;
  for (const PeerId& one : neighbors) node.neighbors.push_back({one, false});
  Tell(std::move(node), ++news_, std::move(url));
}

void LinkedMeshHub::Tell(HubNode node, uint64_t seq, std::string url) {
  node.seq = seq;
  auto details = std::make_shared<HubDetails>();
  details->url = std::move(url);
  node.profile = {nullptr, true, std::move(details)};
  peer_.Send(inbound::HubNews{{std::make_shared<const HubNode>(std::move(node))}});
}

void LinkedMeshHub::Say(std::vector<mesh::Op> ops) {
  auto body = std::make_shared<mesh::Body>();
  body->stream = stream_;
  body->seq = ++said_;
  body->ack_stream = heard_stream_;
  body->ack = heard_;
  body->ops = std::move(ops);
  Pass(id_, OurId(), {}, std::move(body));
}

void LinkedMeshHub::Forget() {
  auto body = std::make_shared<mesh::Body>();
  body->stream = stream_;
  Pass(id_, OurId(), {}, std::move(body));
}

void LinkedMeshHub::Pass(const PeerId& from, const PeerId& to, std::vector<PeerId> via,
                         std::shared_ptr<const mesh::Body> body) {
  peer_.Send(inbound::HubFrame{from, to, std::move(via), std::move(body), Json("{}")});
}

std::vector<std::string> LinkedMeshHub::Take() {
  std::vector<std::string> lines;
  for (const outbound::Message& message :
       std::exchange(hub_.inbox(peer_.connection()).messages, {})) {
    const auto* frame = std::get_if<outbound::HubFrame>(&message);
    if (frame == nullptr || frame->body == nullptr) {
      lines.push_back(ToText(message));
      continue;
    }
    if (frame->body->seq == 0) continue;
    heard_stream_ = frame->body->stream;
    heard_ = frame->body->seq;
    for (const mesh::Op& op : frame->body->ops) lines.push_back(OpText(op));
  }
  return lines;
}

HubOptions OurOptions() {
  HubOptions options = HubServer(Id('c'));
  options.limits.namespaces = 3;
  options.limits.hub_share = 30'000;  // 50 peers
  return options;
}

}  // namespace pigeonhub
