// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/group.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <utility>

#include "tests/bench/load/envelope.h"

namespace pigeonhub::bench {
namespace {

constexpr uint32_t kGroupMask = 0x91D3A46B;
constexpr size_t kIdLength = 40;
constexpr size_t kIndexDigits = 8;

// Random but for its end, the member's index, so that a check needs no table.
std::string MakePeerId(std::mt19937_64& random, size_t index) {
  std::array<char, kIdLength + 1> id;
  std::snprintf(id.data(), id.size(), "%016llx%016llx%08x",
                static_cast<unsigned long long>(random()),
                static_cast<unsigned long long>(random()), static_cast<unsigned>(index));
  return std::string(id.data(), kIdLength);
}

// The index at the end of a peer id; some large number if there is none.
size_t IndexOf(std::string_view peer_id) {
  size_t index = SIZE_MAX;
  if (peer_id.size() != kIdLength) return index;
  const char* const end = peer_id.data() + kIdLength;
  std::from_chars(end - kIndexDigits, end, index, 16);
  return index;
}

// What a hub says on its own account and nobody counts here.
bool IsAside(std::string_view type) {
  return type == "connected" || type == "peer-disconnected" || type == "goodbye";
}

}  // namespace

Group::Group(Swarm& swarm, Tally& tally, std::mt19937_64& random, std::string namespace_name,
             size_t size, Announce announce)
    : swarm_(swarm),
      tally_(tally),
      namespace_name_(std::move(namespace_name)),
      announce_(announce) {
  knows_.resize(size * size);
  for (size_t member = 0; member < size; ++member) peer_ids_.push_back(MakePeerId(random, member));
  connections_.resize(size);
  // Hubs of the reference tell a newcomer of nobody who came elsewhere at the same time.
  const size_t at_once = swarm.hubs() > 1 ? 1 : size;
  while (come_ < at_once) ConnectNext();
}

void Group::ConnectNext() {
  connections_[come_] = &swarm_.Connect(peer_ids_[come_], this, come_, come_);
  ++come_;
}

Group::~Group() {
  for (Connection* connection : connections_) {
    if (connection != nullptr) connection->set_listener(nullptr, 0);
  }
}

void Group::AnnounceAll() {
  for (size_t member = 0; member < size(); ++member) AnnounceOne(member);
}

void Group::AnnounceOne(size_t member) {
  if (connections_[member] == nullptr) return;
  const std::string message = "{\"type\":\"announce\",\"data\":{\"peerId\":\"" + peer_ids_[member] +
                              "\"},\"maxPeers\":3,\"networkName\":\"" + namespace_name_ + "\"}";
  connections_[member]->Send(ClientFrame(Opcode::kText, message, kGroupMask));
}

void Group::Leave() {
  leaving_ = true;
  for (Connection* connection : connections_) {
    if (connection != nullptr) connection->Close();
  }
}

Connection& Group::HandOver(size_t member, Listener* listener, size_t tag) {
  Connection& connection = *std::exchange(connections_[member], nullptr);
  connection.set_listener(listener, tag);
  return connection;
}

void Group::OnOpen(Connection& connection) {
  ++open_;
  if (announce_ == Announce::kOnOpen) AnnounceOne(connection.tag());
  if (come_ < size()) ConnectNext();
}

void Group::OnMessage(Connection& connection, std::string_view message) {
  if (!listening_) return;
  Envelope envelope;
  if (!ReadEnvelope(message, envelope)) {
    tally_.Note(tally_.damaged, "not a JSON object", message);
    return;
  }
  if (IsAside(envelope.type)) return;
  if (envelope.type != "peer-discovered") {
    tally_.Note(tally_.unexpected, "unexpected message", message);
    return;
  }
  const size_t member = connection.tag();
  if (envelope.from_peer_id != "system" || envelope.target_peer_id != peer_ids_[member] ||
      envelope.network_name != namespace_name_) {
    tally_.Note(tally_.misdirected, "misdirected message", message);
    return;
  }
  Discovered(member, PeerIdIn(envelope.data), message);
}

void Group::Discovered(size_t member, std::string_view peer_id, std::string_view message) {
  const size_t other = IndexOf(peer_id);
  if (other >= size() || other == member || peer_id != peer_ids_[other]) {
    tally_.Note(tally_.misdirected, "told of a stranger", message);
    return;
  }
  if (knows_[member * size() + other]) {
    tally_.Note(tally_.out_of_order, "told twice", message);
    return;
  }
  knows_[member * size() + other] = true;
  ++discoveries_;
}

void Group::OnClosed(Connection& connection, int code, std::string_view reason) {
  ++closed_;
  connections_[connection.tag()] = nullptr;
  if (leaving_ && code == 1000) return;
  tally_.Note(tally_.closed, "connection closed with " + std::to_string(code), reason);
}

}  // namespace pigeonhub::bench
