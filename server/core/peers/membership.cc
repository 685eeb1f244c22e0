// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/membership.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "pigeonhub/token_claims.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

// How much of a name an error repeats.
constexpr size_t kShownName = 200;
// How much of one is kept with a peer that was refused.
constexpr size_t kKeptName = 64;

// A smaller announce is not worth a word: it takes less than the connection itself.
constexpr size_t kSmallAnnounce = 1024;

size_t KeptOf(const Profile& profile) {
  return profile.size() < kSmallAnnounce ? 0 : profile.size();
}

std::string AnnounceRefusalText(Reason reason, std::string_view name, const Limits& limits,
                                const NamespaceRules& rules) {
  switch (reason) {
    case Reason::kAnnounceTooLarge:
      return absl::StrCat("Announce refused: data is larger than ", rules.announce_data, " bytes");
    case Reason::kNamespaceNameInvalid:
      return absl::StrCat("Announce refused: networkName must be 1 to ", limits.namespace_name,
                          " bytes without control characters");
    case Reason::kNamespaceFull:
      return absl::StrCat("Announce refused: the network already has ", rules.max_peers,
                          " peers on this hub");
    case Reason::kNamespaceNeedsToken:
      return absl::StrCat("Announce refused: the network ", Shown(name.substr(0, kShownName)),
                          " takes only peers with a token");
    case Reason::kNamespaceWrongIssuer:
      return absl::StrCat("Announce refused: the network ", Shown(name.substr(0, kShownName)),
                          " takes no token of this issuer");
    case Reason::kNamespaceNotGranted:
      return absl::StrCat("Announce refused: the token does not grant the network ",
                          Shown(name.substr(0, kShownName)));
    default:
      return absl::StrCat("Announce refused: this hub already has ", limits.namespaces,
                          " namespaces");
  }
}

}  // namespace

std::optional<Reason> Membership::Announce(Turn& turn, Peer& peer,
                                           const inbound::Announce& announce) {
  const bool stays = peer.network != nullptr && *peer.network->name == announce.network;
  const Namespace* known = stays ? peer.network : namespaces_.Find(announce.network);
  std::shared_ptr<const NamespaceRules> of_unknown;
  if (known == nullptr) of_unknown = policies_.Of(announce.network);
  const NamespaceRules& rules = known == nullptr ? *of_unknown : RulesOf(policies_, *known);
  if (const std::optional<Reason> refusal = RefusalOf(peer, announce, rules)) {
    Origin who = OriginOf(peer);
    // The limit is that of the namespace to which it wanted to come.
    if (*refusal != Reason::kNamespaceNameInvalid) who.network = announce.network;
    turn.Count(*refusal, who);
    peer.refused = std::make_unique<Peer::RefusedAnnounce>(Peer::RefusedAnnounce{
        *refusal, std::string(announce.network.substr(0, kKeptName)), turn.now.unix_ms});
    const std::string why =
        AnnounceRefusalText(*refusal, std::string(announce.network), options_.limits, rules);
    turn.Send(peer.connection,
              outbound::Error{WithHelp(why, *refusal), std::string(ReasonName(*refusal))});
    if (*refusal == Reason::kNamespaceNotGranted || *refusal == Reason::kNamespaceNeedsToken ||
        *refusal == Reason::kNamespaceWrongIssuer) {
      turn.NoteRefusal(*refusal, who);
    }
    return std::nullopt;
  }
  turn.counters.announces.Add();
  peer.refused.reset();

  if (peer.network != nullptr && !stays) Leave(turn, peer, "moved", nullptr);
  const bool again = peer.network != nullptr;
  const bool same_words =
      again && !peer.is_hub && SameText(peer.profile.members, announce.profile.members);
  const size_t kept = KeptOf(peer.profile);
  peer.profile = announce.profile;
  const std::optional<Reason> of_key = standing_.Update(
      turn, peer, announce.profile.is_hub || announce.network == self_.mesh_namespace());
  if (KeptOf(peer.profile) != kept) {
    turn.effects.push_back(Keeps{peer.connection, KeptOf(peer.profile)});
  }
  // It is about to be sent away, and hears of nobody before.
  if (of_key.has_value()) return of_key;
  if (peer.entrance == Entrance::kHubs && !peer.is_hub) return std::nullopt;
  // Nothing is new to anybody else. The peer gets its list, as from the reference.
  if (same_words && !peer.is_hub) {
    introductions_.ListAgain(turn, peer);
    return std::nullopt;
  }
  if (!again) Join(turn, peer, announce.network);
  if (peer.is_hub) {
    HubRecord& record = *registry_.Find(peer.id);
    record.network = peer.network->name;
    standing_.NoteAnnounced(peer, record, announce.profile);
  }
  turn.EmitSample(peer.connection, PeerAnnounced{peer.id, peer.network->name, peer.is_hub});
  trace_.Announced(turn, peer.id, peer.network->name);

  remote_presence_.Supersede(turn, peer);
  Present(turn, peer, again);
  return std::nullopt;
}

void Membership::Present(Turn& turn, Peer& peer, bool again) {
  if (again) {
    introductions_.TellOfChange(turn, peer);
    introductions_.ListAgain(turn, peer);
  } else {
    introductions_.Introduce(turn, peer);
  }
  audience_.AnnounceToLinks(turn, peer);
  standing_.UpdateLink(turn, peer);
  audience_.AnnounceToMesh(peer.id);
}

std::optional<Reason> Membership::RefusalOf(const Peer& peer, const inbound::Announce& announce,
                                            const NamespaceRules& rules) const {
  const Limits& limits = options_.limits;
  if (!IsValidNamespaceName(announce.network, limits.namespace_name)) {
    return Reason::kNamespaceNameInvalid;
  }
  if (announce.profile.size() > rules.announce_data) return Reason::kAnnounceTooLarge;
  if (peer.network != nullptr && *peer.network->name == announce.network) return std::nullopt;
  if (!ComesAsHub(peer, announce)) {
    if (const auto reason = WhyNotWelcome(rules, peer.claims.get())) return reason;
    if (peer.claims != nullptr && !GrantsNamespace(*peer.claims, announce.network)) {
      return Reason::kNamespaceNotGranted;
    }
  }

  const Namespace* network = namespaces_.Find(announce.network);
  if (network != nullptr && network->local.size() >= rules.max_peers) {
    return Reason::kNamespaceFull;
  }
  const bool is_new = network == nullptr || network->local.empty();
  // A peer that is alone in its namespace takes that one away when it moves.
  const bool frees_one = peer.network != nullptr && peer.network->local.size() == 1;
  if (is_new && !frees_one && namespaces_.with_local_members() >= limits.namespaces) {
    return Reason::kTooManyNamespaces;
  }
  return std::nullopt;
}

bool Membership::ComesAsHub(const Peer& peer, const inbound::Announce& announce) const {
  if (announce.network != self_.mesh_namespace() || peer.entrance == Entrance::kPeers) return false;
  if (registry_.Trusts(peer.id, peer.hub_credential)) return true;
  // A token says what its peer is.
  return peer.claims == nullptr &&
         !registry_.Refusal(peer.id, announce.profile, peer.hub_credential).has_value();
}

void Membership::Join(Turn& turn, Peer& peer, std::string_view name) {
  Namespace& network = namespaces_.FindOrAdd(name);
  network.local.Add({&peer, peer.connection, peer.id.Prefix()});
  namespaces_.LocalJoined(network);
  peer.network = &network;
  peer.announced_at = turn.now.unix_ms;
  peer.joined_at = turn.now.steady;
  turn.counters.joins.Add();
  ++network.joins;
  if (network.local.size() > 1) return;
  turn.EmitSample(peer.connection, NamespaceCreated{network.name});
  subscriptions_.NamespaceGained(network.name);
}

void Membership::Leave(Turn& turn, Peer& peer, const std::string& reason, const RawJson* goodbye) {
  Namespace& network = *peer.network;
  introductions_.DropList(peer);
  network.local.Remove(peer);
  ++network.leaves;
  audience_.AnnounceLeave(turn, peer, network, reason, goodbye);

  peer.network = nullptr;
  peer.arrival = {};
  const SharedText name = network.name;
  const bool was_last = network.local.empty();
  if (was_last) turn.EmitSample(peer.connection, NamespaceRemoved{name});
  namespaces_.LocalLeft(network);  // which may be gone now
  if (was_last) subscriptions_.NamespaceLost(turn, name);
  standing_.UpdateLink(turn, peer);
}

}  // namespace pigeonhub
