// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/introductions.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "server/core/message.h"
#include "server/core/peers/choose_introductions.h"

namespace pigeonhub {
namespace {

// A list goes out in pieces of this size, so that it never fills a connection's queue.
constexpr size_t kListPieceMembers = 128;
constexpr size_t kListPieceBytes = size_t{64} * 1024;

outbound::Discovered DiscoveryOf(const Peer& peer, bool addressed) {
  return {peer.network->name, peer.id, peer.is_hub, peer.profile.members, addressed};
}

outbound::Discovered DiscoveryOf(const RemotePeer& peer, bool addressed) {
  return {peer.network->name, peer.id, peer.profile.is_hub, peer.profile.members, addressed};
}

}  // namespace

// One of the two is null.
struct Introductions::Member {
  const Peer* local = nullptr;
  const RemotePeer* remote = nullptr;

  const PeerId& id() const { return local != nullptr ? local->id : remote->id; }
  bool is_hub() const { return local != nullptr ? local->is_hub : remote->profile.is_hub; }
  const Arrival& arrival() const { return local != nullptr ? local->arrival : remote->arrival; }
  const Profile& profile() const { return local != nullptr ? local->profile : remote->profile; }
};

WordsFor Introductions::AudienceOf(bool of_hub, const Namespace& network) const {
  return of_hub || self_.IsHubMesh(network) ? WordsFor::kHubs : WordsFor::kAll;
}

void Introductions::Introduce(Turn& turn, Peer& peer) {
  Namespace& network = *peer.network;
  const std::vector<Member> met = MembersToMeet(peer);
  if (IntroducesEveryone(RulesOf(policies_, network), network)) {
    peer.arrival = Arrival(++network.arrivals);
  } else {
    std::vector<uint64_t> numbers;
    numbers.reserve(met.size());
    for (const Member& member : met) numbers.push_back(member.arrival().number());
    peer.arrival = Arrival(++network.arrivals, std::move(numbers));
  }
  // In a large namespace it meets few members: the others are not looked at once more.
  const outbound::Discovered discovered = DiscoveryOf(peer, /*addressed=*/true);
  Telling telling(turn, trace_, network, discovered, AudienceOf(peer.is_hub, network), met.size());
  for (const Member& member : met) {
    if (member.local != nullptr) telling.Add(*member.local, member.local->connection);
  }
  const size_t told = std::move(telling).Tell();
  rates_.OnFanout(turn, peer, told, told * peer.profile.size());
  List(turn, peer, met, /*again=*/false);
}

std::vector<Introductions::Member> Introductions::MembersToMeet(const Peer& peer) const {
  const Namespace& network = *peer.network;
  const NamespaceRules& rules = RulesOf(policies_, network);
  const bool chooses = !IntroducesEveryone(rules, network);
  std::vector<Member> others;
  std::vector<uint64_t> prefixes;
  others.reserve(network.size());
  if (chooses) prefixes.reserve(network.size());
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (slot.member == &peer) return;
    others.push_back({.local = slot.member});
    if (chooses) prefixes.push_back(slot.prefix);
  });
  network.remote.ForEach([&](const Namespace::RemoteSlot& slot) {
    others.push_back({.remote = slot.member});
    if (chooses) prefixes.push_back(slot.prefix);
  });
  if (!chooses) return others;

  const std::vector<size_t> chosen =
      ChooseIntroductions(peer.id.Prefix(), prefixes, rules.discovery_limit, secret_);
  std::vector<Member> met;
  auto next = chosen.begin();
  for (size_t i = 0; i < others.size(); ++i) {
    const bool is_chosen = next != chosen.end() && *next == i;
    if (is_chosen) ++next;
    // The peer may have been a member by way of another hub until now.
    if (is_chosen || HaveMet(peer.arrival, others[i].arrival())) met.push_back(others[i]);
  }
  return met;
}

void Introductions::TellOfChange(Turn& turn, Peer& peer) {
  outbound::Discovered discovered = DiscoveryOf(peer, /*addressed=*/true);
  discovered.again = true;
  const size_t told = TellMembers(turn, trace_, *peer.network, peer.arrival, discovered,
                                  AudienceOf(peer.is_hub, *peer.network));
  rates_.OnFanout(turn, peer, told, told * peer.profile.size());
}

void Introductions::ListAgain(Turn& turn, Peer& peer) {
  std::vector<Member> met;
  met.reserve(peer.network->size());
  size_t words = 0;
  const auto add = [&](const Member& member) {
    if (!HaveMet(peer.arrival, member.arrival())) return;
    met.push_back(member);
    words += member.profile().size();
  };
  peer.network->local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (slot.member != &peer) add({.local = slot.member});
  });
  peer.network->remote.ForEach(
      [&](const Namespace::RemoteSlot& slot) { add({.remote = slot.member}); });
  rates_.OnFanout(turn, peer, met.size(), words);
  List(turn, peer, met, /*again=*/true);
}

void Introductions::List(Turn& turn, Peer& peer, const std::vector<Member>& listed, bool again) {
  const WordsFor words_of_peers = AudienceOf(/*of_hub=*/false, *peer.network);
  std::vector<SendList::Member> told;
  told.reserve(std::min(listed.size(), kListPieceMembers));
  size_t bytes = 0;
  auto other = listed.begin();
  for (; other != listed.end() && told.size() < kListPieceMembers && bytes < kListPieceBytes;
       ++other) {
    const PeerId& id = other->id();
    const Profile& profile = other->profile();
    // The list of an earlier announce may still hold it.
    if (peer.list != nullptr) peer.list->Forget(id);
    const bool with_words = HearsWords(peer, other->is_hub() ? WordsFor::kHubs : words_of_peers);
    told.push_back({id, other->is_hub(), with_words ? profile.members : nullptr});
    trace_.Discovered(turn, id, peer.id, peer.network->name);
    bytes += profile.size();
  }
  turn.counters.discoveries_sent.Add(told.size());
  turn.SendList(peer.connection, peer.network->name, std::move(told));
  for (; other != listed.end(); ++other) {
    ListOf(peer).Append({other->id(), /*for_link=*/false, again});
  }
  if (peer.list != nullptr) turn.effects.push_back(MoreWaits{peer.connection});
}

void Introductions::SendToLink(Turn& turn, Link& link, PendingList list) {
  if (link.peer == nullptr) {
    if (list.empty()) return;
    SendPiece(turn, link.connection, list, nullptr);
    if (!list.empty()) link.list() = std::make_unique<PendingList>(std::move(list));
    return;
  }
  if (link.list() != nullptr) {
    while (const auto entry = link.list()->Next()) list.Append(*entry);
  } else {
    ++link.peer->network->lists_pending;
  }
  link.list() = std::make_unique<PendingList>(std::move(list));
  SendList(turn, *link.peer);
}

void Introductions::OnWantMore(Turn& turn, const WantMore& input) {
  if (Peer* peer = peers_.Find(input.connection)) {
    if (peer->list != nullptr) SendList(turn, *peer);
    return;
  }
  Link* link = links_.FindDialed(input.connection);
  if (link == nullptr || link->list() == nullptr) return;
  SendPiece(turn, link->connection, *link->list(), nullptr);
  if (link->list()->empty()) link->list().reset();
}

void Introductions::OnUnheard(Turn& turn, const Unheard& input) {
  const PendingList::Entry entry{input.peer, /*for_link=*/!input.addressed, /*again=*/true};
  if (entry.for_link) {
    Link* link = links_.FindOn(input.connection);
    if (link == nullptr || !IsTold(*link, entry.peer)) return;
    if (link->peer != nullptr) {
      ListOf(*link->peer).Append(entry);
    } else {
      if (link->list() == nullptr) link->list() = std::make_unique<PendingList>();
      link->list()->Append(entry);
    }
  } else {
    Peer* receiver = peers_.Find(input.connection);
    if (receiver == nullptr || !HasMet(*receiver, entry.peer)) return;
    ListOf(*receiver).Append(entry);
  }
  turn.effects.push_back(MoreWaits{input.connection});
}

PendingList& Introductions::ListOf(Peer& peer) {
  if (peer.list == nullptr) {
    peer.list = std::make_unique<PendingList>();
    ++peer.network->lists_pending;
  }
  return *peer.list;
}

bool Introductions::HasMet(const Peer& receiver, const PeerId& other) const {
  if (receiver.network == nullptr) return false;
  const auto met = [&](const auto& member) {
    return member.network == receiver.network && HaveMet(member.arrival, receiver.arrival);
  };
  const Peer* local = peers_.Find(other);
  if (local != nullptr && local->network != nullptr) return met(*local);
  const RemotePeer* far = remote_.Find(other);
  return far != nullptr && met(*far);
}

bool Introductions::IsTold(const Link& link, const PeerId& peer) const {
  const Peer* local = peers_.Find(peer);
  if (local != nullptr && local->network != nullptr) {
    return local->published && links_.Hears(link, Whose::kOwn);
  }
  const RemotePeer* far = remote_.Find(peer);
  return far != nullptr && links_.Hears(link, Whose::kRemote) &&
         !RemotePeerTable::Connects(*far, link.path);
}

void Introductions::SendList(Turn& turn, Peer& peer) {
  SendPiece(turn, peer.connection, *peer.list, &peer);
  if (peer.list->empty()) DropList(peer);
}

void Introductions::SendPiece(Turn& turn, ConnectionId to, PendingList& list,
                              const Peer* receiver) {
  size_t members = 0;
  size_t bytes = 0;
  while (members < kListPieceMembers && bytes < kListPieceBytes) {
    const std::optional<PendingList::Entry> entry = list.Next();
    if (!entry.has_value()) break;
    // Of a list for hubs, the rest is nobody's business once the link is gone.
    if (entry->for_link && receiver != nullptr && !receiver->link.has_value()) continue;
    const auto tell = [&](const auto& other) {
      // It may have moved to another namespace since; its old one was then told it left.
      if (!entry->for_link && other.network != receiver->network) return;
      const outbound::Discovered discovered = DiscoveryOf(other, /*addressed=*/!entry->for_link);
      turn.Send(to, receiver == nullptr ? discovered
                                        : ShownTo(*receiver, discovered,
                                                  AudienceOf(discovered.is_hub, *other.network)));
      turn.counters.discoveries_sent.Add();
      if (!entry->for_link) {
        trace_.Discovered(turn, discovered.peer, receiver->id, discovered.network);
      }
      ++members;
      bytes += other.profile.size();
    };
    // One that is connected here but has not announced may still be a member on another hub.
    if (const Peer* local = peers_.Find(entry->peer);
        local != nullptr && local->network != nullptr) {
      tell(*local);
    } else if (const RemotePeer* far = remote_.Find(entry->peer)) {
      tell(*far);
    }
  }
  if (!list.empty()) turn.effects.push_back(MoreWaits{to});
}

void Introductions::DropList(Peer& peer) {
  if (peer.list == nullptr) return;
  peer.list.reset();
  --peer.network->lists_pending;
}

void Introductions::ListNamespaceForLink(Turn& turn, PathId path, const Namespace& network) {
  // A reference hub that this hub dialed does not keep what it was told, so the member that it
  // announces now knows none of ours.
  Link* link = links_.Find(path);
  if (link == nullptr || !link->dial_target.has_value() || !links_.Hears(*link, Whose::kOwn) ||
      self_.IsHubMesh(network)) {
    return;
  }
  if (link->list() == nullptr) link->list() = std::make_unique<PendingList>();
  PendingList& list = *link->list();
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (!slot.member->published) return;
    list.Append({slot.member->id, /*for_link=*/true, /*again=*/true});
  });
  if (links_.Hears(*link, Whose::kRemote)) {
    network.remote.ForEach([&](const Namespace::RemoteSlot& slot) {
      if (!RemotePeerTable::Connects(*slot.member, path)) {
        list.Append({slot.member->id, /*for_link=*/true, /*again=*/true});
      }
    });
  }
  if (list.empty()) {
    link->list().reset();
  } else {
    turn.effects.push_back(MoreWaits{link->connection});
  }
}

}  // namespace pigeonhub
