// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/explain.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "pigeonhub/defaults.h"
#include "pigeonhub/token_claims.h"
#include "server/base/address.h"
#include "server/base/text.h"
#include "server/core/peers/judge_handshake.h"
#include "server/core/reason.h"

namespace pigeonhub {
namespace {

constexpr size_t kMostLinks = 5;

// Whether two addresses are of one line; nothing where one is IPv4 and one IPv6, as a line may have
// both.
std::optional<bool> IsOneNetwork(const std::string& a, const std::string& b) {
  if (IsIpv6(a) != IsIpv6(b)) return std::nullopt;
  return AddressGroup::Of(a, kDefaultIpv6Prefix) == AddressGroup::Of(b, kDefaultIpv6Prefix);
}

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// What is known of a link that is down.
void Describe(const LinkRecord& link, Finding& finding) {
  finding.detail.clear();
  AppendEscaped(finding.detail,
                link.url.empty() && link.hub.has_value() ? link.hub->text() : link.url);
  if (!link.end.text.empty()) {
    finding.detail += ": ";
    AppendEscaped(finding.detail, link.end.text);
    finding.reason = link.end.reason;
  } else if (link.state == LinkRecord::State::kStopped) {
    finding.detail += ": stopped";
  }
  if (link.since != 0) finding.moments = {{"down", link.since}};
}

// How somebody left.
std::string LeftText(const Departed& departed) {
  return EndingText(departed.reason, departed.code);
}

// What comes first while it is too early to say.
Finding Early(FindingCode code, const PeerId& peer, bool is_cause) {
  return {.code = code, .is_cause = is_cause, .peer = peer};
}

}  // namespace

const Namespace* Explain::Place::network() const {
  if (here != nullptr) return here->network;
  return far == nullptr ? nullptr : far->network;
}

Explain::Place Explain::Find(const PeerId& id) const {
  Place place{id, peers_.Find(id), remote_.Find(id)};
  // One that comes from another hub is a member there until it announces here.
  if (place.here != nullptr && place.here->network == nullptr && place.far != nullptr) {
    place.here = nullptr;
  }
  if (place.here != nullptr) place.far = nullptr;
  return place;
}

Explanation Explain::Pair(const Now& now, const PairQuestion& question) const {
  Explanation said;
  const Place a = Find(question.peer);
  const Place b = Find(question.other);
  const bool a_there = IsThere(now, a, said);
  const bool both_there = IsThere(now, b, said) && a_there;
  if (!both_there) SayLinksDown(now, said);
  const bool a_inside = IsInNamespace(now, a, question.network, said);
  const bool b_inside = IsInNamespace(now, b, question.network, said);
  if (both_there && a_inside && b_inside) {
    if (a.network() != b.network()) {
      SayOtherNamespace(a, *b.network()->name, said);
    } else {
      SayHandshake(now, a, b, said);
    }
  }
  Conclude(said);
  return said;
}

bool Explain::IsThere(const Now& now, const Place& place, Explanation& said) const {
  if (place.here != nullptr) return true;
  if (place.far == nullptr) {
    SayAbsent(now, place.id, said);
    return false;
  }
  const PathId path = place.far->entries.front().path;
  const MeshHub* hub = mesh_hubs_.On(path);
  Finding finding{.code = FindingCode::kOtherHubNotAsked, .peer = place.id};
  finding.detail = hub != nullptr ? std::string(hub->id.text()) : Shown(paths_.NameOf(path));
  if (hub == nullptr || hub->CanBeReached()) {
    said.findings.push_back(std::move(finding));
    return true;
  }
  finding.code = FindingCode::kNoPath;
  finding.is_cause = true;
  if (hub->lost.has_value()) finding.moments = {{"down", WallTime(now, hub->lost->since)}};
  DescribeLoss(now, hub->id, finding);
  said.findings.push_back(std::move(finding));
  return false;
}

void Explain::DescribeLoss(const Now& now, const PeerId& hub, Finding& finding) const {
  // The link to it was dialed by this hub, or by that one; or others are in between.
  if (const Departed* departed = departures_.Find(now.steady, hub);
      departed != nullptr && departed->lost_hub == nullptr) {
    absl::StrAppend(&finding.detail, ": ", LeftText(*departed));
    finding.reason = departed->reason;
    finding.events = {departed->event};
  }
  for (const LinkRecord& link : links_.Links()) {
    if (link.state != LinkRecord::State::kUp && link.hub == hub) Describe(link, finding);
  }
}

void Explain::SayAbsent(const Now& now, const PeerId& id, Explanation& said) const {
  Finding finding{.code = FindingCode::kNeverSeen,
                  .is_cause = true,
                  .certainty = MayBeElsewhere(now) ? Certainty::kLikely : Certainty::kCertain,
                  .peer = id};
  const Departed* departed = departures_.Find(now.steady, id);
  if (departed != nullptr && departed->lost_hub != nullptr) {
    finding.code = FindingCode::kNoPath;
    finding.certainty = Certainty::kCertain;
    finding.detail = *departed->lost_hub;
    finding.moments = {{"lost", WallTime(now, departed->at)}};
    if (const auto hub = PeerId::Parse(*departed->lost_hub)) DescribeLoss(now, *hub, finding);
  } else if (departed != nullptr) {
    const Certainty certainty = finding.certainty;
    finding = FoundLeft(
        id, departed->reason, departed->code,
        departed->network != nullptr ? std::string_view(*departed->network) : std::string_view(),
        WallTime(now, departed->at));
    finding.certainty = certainty;
    if (departed->event != 0) finding.events = {departed->event};
  }
  said.findings.push_back(std::move(finding));
}

bool Explain::MayBeElsewhere(const Now& now) const {
  // Mesh hubs tell only of peers in namespaces that have members here.
  if (!mesh_hubs_.empty() || !LostHubs(now).empty()) return true;
  const std::vector<LinkRecord> links = links_.Links();
  return std::any_of(links.begin(), links.end(), [](const LinkRecord& link) {
    return link.state != LinkRecord::State::kUp && !link.is_default;
  });
}

std::vector<PeerId> Explain::LostHubs(const Now& now) const {
  std::vector<PeerId> lost = departures_.LostHubs(now.steady);
  std::erase_if(lost, [&](const PeerId& hub) {
    const MeshHub* known = mesh_hubs_.Find(hub);
    return peers_.Find(hub) != nullptr || (known != nullptr && known->CanBeReached());
  });
  return lost;
}

void Explain::SayLinksDown(const Now& now, Explanation& said) const {
  // One that is unreachable has said which.
  for (const Finding& finding : said.findings) {
    if (finding.code == FindingCode::kNoPath) return;
  }
  size_t told = 0;
  for (const LinkRecord& link : links_.Links()) {
    if (link.state == LinkRecord::State::kUp || link.is_default) continue;
    if (++told > kMostLinks) return;
    Finding finding{
        .code = FindingCode::kNoPath, .is_cause = true, .certainty = Certainty::kPossible};
    Describe(link, finding);
    said.findings.push_back(std::move(finding));
  }
  // Links that others dialed.
  for (const PeerId& hub : LostHubs(now)) {
    if (++told > kMostLinks) return;
    const Departed& departed = *departures_.Find(now.steady, hub);
    said.findings.push_back({.code = FindingCode::kNoPath,
                             .is_cause = true,
                             .certainty = Certainty::kPossible,
                             .detail = absl::StrCat(Absl(hub.text()), ": ", LeftText(departed)),
                             .reason = departed.reason,
                             .moments = {{"down", WallTime(now, departed.at)}},
                             .events = {departed.event}});
  }
}

bool Explain::IsInNamespace(const Now& now, const Place& place, const std::string& wanted,
                            Explanation& said) const {
  if (place.here == nullptr && place.far == nullptr) return false;
  if (place.network() == nullptr) {
    SayNotAnnounced(now, *place.here, wanted, said);
    return false;
  }
  if (wanted.empty() || *place.network()->name == wanted) return true;
  if (place.here != nullptr && place.here->refused != nullptr) {
    SayNotAnnounced(now, *place.here, wanted, said);
  }
  SayOtherNamespace(place, wanted, said);
  return false;
}

void Explain::SayNotAnnounced(const Now& now, const Peer& peer, const std::string& wanted,
                              Explanation& said) const {
  const auto say_refused = [&](Reason reason, std::string_view name, UnixMillis at) {
    said.findings.push_back(FoundRefused(peer.id, reason, name, at));
  };
  if (peer.refused != nullptr) {
    return say_refused(peer.refused->reason, peer.refused->network, peer.refused->at);
  }
  if (!wanted.empty()) {
    const Reason reason = RefusalOf(peer, wanted);
    if (reason != Reason::kCount) say_refused(reason, wanted, 0);
  }
  Finding finding =
      Early(FindingCode::kNotAnnounced, peer.id, now.steady - peer.bound_at >= kHandshakePatience);
  finding.moments = {{"connected", peer.connected_at}};
  said.findings.push_back(std::move(finding));
}

Reason Explain::RefusalOf(const Peer& peer, const std::string& name) const {
  const std::shared_ptr<const NamespaceRules> rules = policies_.Of(name);
  if (const auto reason = WhyNotWelcome(*rules, peer.claims.get())) return *reason;
  if (peer.claims != nullptr && !GrantsNamespace(*peer.claims, name)) {
    return Reason::kNamespaceNotGranted;
  }
  const Namespace* network = namespaces_.Find(name);
  const bool is_full = network != nullptr && network->local.size() >= rules->max_peers;
  return is_full ? Reason::kNamespaceFull : Reason::kCount;
}

void Explain::SayOtherNamespace(const Place& place, std::string_view other,
                                Explanation& said) const {
  said.findings.push_back(FoundInOtherNamespace(place.id, *place.network()->name, other));
}

void Explain::SayHandshake(const Now& now, const Place& a, const Place& b,
                           Explanation& said) const {
  SteadyTime both_here;
  SteadyTime introduced;
  for (const Place* place : {&a, &b}) {
    const bool is_here = place->here != nullptr;
    both_here = std::max(both_here, is_here ? place->here->bound_at : place->far->since);
    introduced = std::max(introduced, is_here ? place->here->joined_at : place->far->since);
  }
  const PairRecord* record = history_.Find(a.id, b.id);
  // What was said before one of the two came back is over.
  const PairRecord current = record != nullptr ? record->After(both_here) : PairRecord();
  if (current.IsBegun()) {
    std::optional<bool> same_network;
    if (a.here != nullptr && b.here != nullptr) {
      same_network = IsOneNetwork(a.here->address, b.here->address);
    }
    return JudgeHandshake(now, {std::min(a.id, b.id), std::max(a.id, b.id), same_network}, current,
                          said);
  }
  // What two peers of other hubs say to each other does not come by here.
  if (a.here == nullptr && b.here == nullptr) return;
  if (!HaveMet(a.arrival(), b.arrival())) {
    // The other hub chose for its peer, too.
    const bool both_ours = a.here != nullptr && b.here != nullptr;
    said.findings.push_back({.code = FindingCode::kNotIntroduced,
                             .is_cause = true,
                             .certainty = both_ours ? Certainty::kCertain : Certainty::kLikely,
                             .detail = NamespaceText(*a.network()->name)});
    return;
  }
  Finding finding = Early(FindingCode::kNoOffer, std::max(a.id, b.id),
                          now.steady - introduced >= kHandshakePatience);
  // A data channel outlives the connections to the hub.
  const bool may_last = record != nullptr && record->MayBeConnected();
  finding.certainty = may_last ? Certainty::kPossible : Certainty::kLikely;
  finding.detail = may_last ? "they may be connected from before one of them came back"
                            : "the client with the higher id offers; with few connections both do";
  finding.moments = {{"introduced", WallTime(now, introduced)}};
  said.findings.push_back(std::move(finding));
}

}  // namespace pigeonhub
