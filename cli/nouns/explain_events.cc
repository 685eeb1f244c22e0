// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/explain_events.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <chrono>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/nouns/pair_reports.h"
#include "pigeonhub/reason.h"
#include "proto/findings/finding_messages.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::util::TimeUtil;

constexpr size_t kMostLinksShown = 5;

// A reason that only a newer hub has is none.
std::optional<Reason> ReasonOf(v1::Reason reason) {
  const int place = static_cast<int>(reason) - 1;
  if (place < 0 || place >= static_cast<int>(kReasonCount)) return std::nullopt;
  return static_cast<Reason>(place);
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  AppendEscaped(escaped, text);
  return escaped;
}

}  // namespace

// The findings, and the hub whose events told of each.
struct ExplainEvents::Found {
  Explanation said;
  std::vector<std::string> hubs;

  void Add(Finding finding, const Told& told = {}) {
    if (told.seq != 0) finding.events = {told.seq};
    said.findings.push_back(std::move(finding));
    hubs.resize(said.findings.size());
    hubs.back() = told.hub;
  }
};

void ExplainEvents::Take(const v1::WatchEventsResponse& item, size_t file) {
  if (item.has_gap()) ++gaps_;
  if (!item.has_event()) return;
  Hub* const hub = HubOf(item.event(), files_[file]);
  if (hub != nullptr) Take(item.event(), *hub);
}

void ExplainEvents::Take(const v1::Event& event, Hub& hub) {
  Told told{.at = TimeUtil::TimestampToMilliseconds(event.time()),
            .seq = event.seq(),
            .hub = event.hub_id()};
  now_ = std::max(now_, told.at);
  switch (event.body_case()) {
    case v1::Event::kPeerConnected:
      return ChangeStays(hub, event.peer_connected().peer_id(),
                         [&](Stay& stay) { stay = {.is_here = true, .since = told.at}; });
    case v1::Event::kPeerAnnounced:
      return ChangeStays(hub, event.peer_announced().peer_id(), [&](Stay& stay) {
        if (!stay.is_here) stay = {.is_here = true, .since = told.at};
        stay.network = event.peer_announced().namespace_();
        stay.refused = {};
      });
    case v1::Event::kPeerDisconnected: {
      const v1::PeerDisconnectedEvent& body = event.peer_disconnected();
      told.reason = ReasonOf(body.reason());
      told.code = body.close_code();
      told.network = body.namespace_();
      return ChangeStays(hub, body.peer_id(), [&](Stay& stay) { stay = {.left = told}; });
    }
    case v1::Event::kPeerRefused:
      return TakeRefusal(event.peer_refused(), hub, std::move(told));
    case v1::Event::kLimitHit:
      return TakeLimit(event.limit_hit(), hub, told);
    case v1::Event::kPairConnected:
      return TakeReport(event.pair_connected(), std::move(told));
    case v1::Event::kPairFailed:
      return TakeReport(event.pair_failed(), std::move(told));
    case v1::Event::kSignalRelayed:
      return TakeSignal(event.signal_relayed(), told, event.signal_relayed().to_link());
    case v1::Event::kSignalDropped:
      // A reason that only a newer hub has is one all the same.
      told.reason = ReasonOf(event.signal_dropped().reason()).value_or(Reason::kInternalError);
      return TakeSignal(event.signal_dropped(), told, false);
    case v1::Event::kLinkUp:
      return SetLink(event.link_up().peer_id(), true, std::move(told));
    case v1::Event::kLinkDown: {
      told.reason = ReasonOf(event.link_down().reason());
      std::string why = EndingText(told.reason, event.link_down().close_code());
      return SetLink(event.link_down().peer_id(), false, std::move(told), std::move(why));
    }
    case v1::Event::kHubLost:
      return SetLink(event.hub_lost().peer_id(), false, std::move(told), "given up");
    case v1::Event::kHubDiscovered:
      // Some way leads there.
      return SetLink(event.hub_discovered().peer_id(), true, std::move(told));
    case v1::Event::kBootstrapConnected:
      return SetLink(event.bootstrap_connected().url(), true, std::move(told));
    case v1::Event::kBootstrapDisconnected:
      return SetLink(event.bootstrap_disconnected().url(), false, std::move(told),
                     event.bootstrap_disconnected().reason());
    case v1::Event::kBusUp:
      return SetLink("bus", true, std::move(told));
    case v1::Event::kBusDown:
      return SetLink("bus", false, std::move(told), event.bus_down().reason());
    default:
      return;
  }
}

template <typename Message>
void ExplainEvents::TakeReport(const Message& body, Told told) {
  const std::optional<size_t> side = SideOf(body.peer_id(), body.other_peer_id());
  if (!side.has_value()) return;
  NoteSeen(told.at, body.namespace_());
  reported_ = {std::move(told), *side, ReportOf(body)};
}

ExplainEvents::Hub* ExplainEvents::HubOf(const v1::Event& event, File& file) {
  const std::string& id = event.hub_id();
  if (file.hub != id) {
    if (hubs_.contains(id) && !file.hub.empty()) file.of_several = true;
    if (event.seq() == 1 && !file.of_several && !file.hub.empty()) Restart(file.hub, event);
    file.hub = id;
  }
  if (!hubs_.contains(id) && hubs_.size() >= kMostHubs) {
    ++left_out_;
    return nullptr;
  }
  if (hubs_[id].epoch != event.epoch()) {
    if (event.seq() != 1) is_whole_ = false;
    if (!hubs_[id].epoch.empty()) Restart(id, event);
    hubs_[id].epoch = event.epoch();
  }
  return &hubs_[id];
}

void ExplainEvents::Restart(const std::string& id, const v1::Event& event) {
  std::erase_if(links_, [&](const auto& link) { return link.first.first == id; });
  const auto hub = hubs_.find(id);
  if (hub == hubs_.end()) return;
  bool is_of_use = false;
  for (Stay& stay : hub->second.stays) {
    if (stay.is_here) {
      stay = {.left = {.at = TimeUtil::TimestampToMilliseconds(event.time()),
                       .seq = event.seq(),
                       .hub = event.hub_id(),
                       .network = std::move(stay.network)}};
    }
    is_of_use = is_of_use || stay.left.at != 0;
  }
  // A hub that is started anew again and again must not fill the table.
  if (!is_of_use) hubs_.erase(hub);
}

std::vector<size_t> ExplainEvents::SidesOf(const std::string& id) {
  std::vector<size_t> found;
  for (size_t i = 0; i < sides_.size(); ++i) {
    Side& side = sides_[i];
    if (!id.starts_with(side.asked) || !PeerId::Parse(id).has_value()) continue;
    const bool is_new = std::find(side.ids.begin(), side.ids.end(), id) == side.ids.end();
    if (is_new && side.ids.size() < kMostIds) side.ids.push_back(id);
    found.push_back(i);
  }
  return found;
}

std::optional<size_t> ExplainEvents::SideOf(const std::string& from, const std::string& to) {
  const std::vector<size_t> senders = SidesOf(from);
  const std::vector<size_t> targets = SidesOf(to);
  if (senders.empty() || targets.empty()) return std::nullopt;
  return senders.front();
}

void ExplainEvents::NoteSeen(UnixMillis at, const std::string& network) {
  for (Side& side : sides_) {
    if (!side.seen.is_here) side.seen = {.is_here = true, .since = at, .network = network};
  }
}

template <typename Change>
void ExplainEvents::ChangeStays(Hub& hub, const std::string& peer, const Change& change) {
  for (const size_t side : SidesOf(peer)) change(hub.stays[side]);
}

void ExplainEvents::TakeRefusal(const v1::PeerRefusedEvent& refusal, Hub& hub, Told told) {
  told.reason = ReasonOf(refusal.reason());
  if (!told.reason.has_value()) return;
  const bool is_announce = told.reason == Reason::kNamespaceNotGranted ||
                           told.reason == Reason::kNamespaceNeedsToken ||
                           told.reason == Reason::kNamespaceWrongIssuer;
  for (const size_t side : SidesOf(refusal.peer_id())) {
    (is_announce ? hub.stays[side].refused : sides_[side].turned_away) = told;
  }
}

void ExplainEvents::TakeLimit(const v1::LimitHitEvent& limit, Hub& hub, const Told& told) {
  const std::optional<Reason> reason = ReasonOf(limit.reason());
  for (const v1::PeerCount& row : limit.peers()) {
    for (const size_t side : SidesOf(row.peer_id())) {
      Told hit = told;
      hit.reason = reason;
      if (reason == Reason::kNamespaceFull || reason == Reason::kTooManyNamespaces ||
          reason == Reason::kAnnounceTooLarge || reason == Reason::kNamespaceNameInvalid) {
        // Events of a burst tell of those as well who were let in since.
        if (!limit.ended() && hub.stays[side].is_here) hub.stays[side].refused = std::move(hit);
      } else if (reason == Reason::kReceiverBacklogged || reason == Reason::kLinkBacklogged ||
                 reason == Reason::kSignalTooLarge) {
        sides_[side].over_limit = std::move(hit);
      }
    }
  }
}

void ExplainEvents::TakeSignal(const auto& body, const Told& told, bool to_link) {
  last_signal_ = std::max(last_signal_, told.at);
  const std::optional<size_t> side = SideOf(body.from_peer_id(), body.target_peer_id());
  if (!side.has_value()) return;
  NoteSeen(told.at, body.namespace_());
  signals_.Take(*side, body.type(), {told.at, told.seq, told.hub, told.reason}, to_link);
}

void ExplainEvents::SetLink(const std::string& other, bool is_up, Told told, std::string why) {
  const std::pair ends(told.hub, other);
  if (!links_.contains(ends) && links_.size() >= kMostLinks) {
    ++left_out_;
    return;
  }
  Link& link = links_[ends];
  // The first word of why a link is down stays.
  if (!is_up && !link.is_up && link.down.at != 0) return;
  link.is_up = is_up;
  if (is_up) return;
  link.down = std::move(told);
  link.why = std::move(why);
}

absl::StatusOr<PeerId> ExplainEvents::IdOf(const Side& side) const {
  if (const auto whole = PeerId::Parse(side.asked)) return *whole;
  if (side.ids.size() == 1) return *PeerId::Parse(side.ids.front());
  if (side.ids.empty()) {
    return absl::NotFoundError(absl::StrCat("no event is about a peer whose id begins with ",
                                            side.asked, "; give the whole id, or more files"));
  }
  const size_t shown = std::min(side.ids.size(), kMostIds - 1);
  return absl::InvalidArgumentError(absl::StrCat(
      "several ids begin with ", side.asked, ": ",
      absl::StrJoin(side.ids.begin(), side.ids.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
      shown < side.ids.size() ? " and others" : "", "; give more of it"));
}

ExplainEvents::Place ExplainEvents::PlaceOf(size_t side) const {
  Place place;
  const auto rank = [](const Stay& stay) {
    return std::pair(stay.is_here, stay.is_here ? stay.since : stay.left.at);
  };
  for (const auto& [id, hub] : hubs_) {
    const Stay& stay = hub.stays[side];
    if (!stay.is_here && stay.left.at == 0) continue;
    if (place.stay == nullptr || rank(stay) > rank(*place.stay)) place = {id, &stay};
  }
  if (place.stay == nullptr && sides_[side].seen.is_here) place.stay = &sides_[side].seen;
  return place;
}

bool ExplainEvents::KnowsAllHubs() const {
  return std::all_of(links_.begin(), links_.end(),
                     [&](const auto& link) { return hubs_.contains(link.first.second); });
}

absl::StatusOr<v1::ExplainPairResponse> ExplainEvents::Result() const {
  const absl::StatusOr<PeerId> a = IdOf(sides_[0]);
  if (!a.ok()) return a.status();
  const absl::StatusOr<PeerId> b = IdOf(sides_[1]);
  if (!b.ok()) return b.status();
  if (*a == *b) return absl::InvalidArgumentError("A and B are the same peer; give two");
  const std::array<PeerId, 2> ids{*a, *b};
  const std::array<Place, 2> places{PlaceOf(0), PlaceOf(1)};
  const auto is_there = [](const Place& place) {
    return place.stay != nullptr && place.stay->is_here;
  };
  const bool both_there = is_there(places[0]) && is_there(places[1]);
  Found found;
  for (size_t side = 0; side < places.size(); ++side) {
    if (!is_there(places[side])) SayAbsent(side, ids[side], places[side], found);
  }
  if (!both_there) SayLinksDown(found);
  bool both_inside = true;
  for (size_t side = 0; side < places.size(); ++side) {
    both_inside =
        is_there(places[side]) && IsInNamespace(ids[side], places[side], found) && both_inside;
  }
  if (both_inside) {
    const Stay& here = *places[0].stay;
    const Stay& there = *places[1].stay;
    if (here.network != there.network) {
      found.Add(FoundInOtherNamespace(ids[0], here.network, there.network));
    } else if (!IsCutOff(places[0], places[1], found)) {
      SayHandshake(ids, std::max(here.since, there.since), found);
    }
  } else if (reported_.told.at != 0) {
    SayReport(ids, found);
  }
  Conclude(found.said);
  v1::ExplainPairResponse response;
  ToProto(found.said, response);
  // Numbers of events are those of one hub.
  for (int i = 0; hubs_.size() > 1 && i < response.findings_size(); ++i) {
    response.mutable_findings(i)->set_hub_id(found.hubs[static_cast<size_t>(i)]);
  }
  return response;
}

void ExplainEvents::SayAbsent(size_t side, const PeerId& id, const Place& place,
                              Found& found) const {
  const Told& away = sides_[side].turned_away;
  const Certainty certainty =
      IsWhole() && KnowsAllHubs() ? Certainty::kCertain : Certainty::kLikely;
  if (place.stay == nullptr) {
    Finding finding{.code = FindingCode::kNeverSeen,
                    .is_cause = true,
                    .certainty = certainty,
                    .peer = id,
                    .reason = away.reason};
    if (away.at != 0) {
      finding.detail = absl::StrCat("turned away: ", std::string(ReasonName(*away.reason)));
      finding.moments = {{"refused", away.at}};
    }
    return found.Add(std::move(finding), away);
  }
  const Told& left = place.stay->left;
  Finding finding = FoundLeft(id, left.reason, left.code, left.network, left.at);
  finding.certainty = certainty;
  if (left.code == 0 && !left.reason.has_value()) {
    finding.detail =
        "its hub ended without a word, and was started anew; --until before that tells how it was";
    finding.moments = {{"started anew", left.at}};
  }
  if (away.at > left.at) {
    absl::StrAppend(&finding.detail,
                    "; turned away since: ", std::string(ReasonName(*away.reason)));
    finding.moments.push_back({"refused", away.at});
  }
  found.Add(std::move(finding), left);
}

void ExplainEvents::SayLinksDown(Found& found) const {
  size_t told = 0;
  for (const auto& [ends, link] : links_) {
    if (link.is_up) continue;
    if (++told > kMostLinksShown) return;
    found.Add({.code = FindingCode::kNoPath,
               .is_cause = true,
               .certainty = Certainty::kPossible,
               .detail = absl::StrCat(Escaped(ends.second), ": ", Escaped(link.why)),
               .reason = link.down.reason,
               .moments = {{"down", link.down.at}}},
              link.down);
  }
}

bool ExplainEvents::IsInNamespace(const PeerId& id, const Place& place, Found& found) const {
  const Stay& stay = *place.stay;
  const bool is_inside = !stay.network.empty() && (network_.empty() || stay.network == network_);
  if (is_inside) return true;
  if (stay.refused.at != 0) {
    found.Add(FoundRefused(id, *stay.refused.reason, {}, stay.refused.at), stay.refused);
  } else if (stay.network.empty()) {
    found.Add({.code = FindingCode::kNotAnnounced,
               .is_cause = std::chrono::milliseconds(now_ - stay.since) >= kHandshakePatience,
               .certainty = IsWhole() ? Certainty::kCertain : Certainty::kLikely,
               .peer = id,
               .moments = {{"connected", stay.since}}});
  }
  if (!stay.network.empty()) found.Add(FoundInOtherNamespace(id, stay.network, network_));
  return false;
}

bool ExplainEvents::IsCutOff(const Place& a, const Place& b, Found& found) const {
  if (a.hub == b.hub) return false;
  for (const auto& ends : {std::pair(a.hub, b.hub), std::pair(b.hub, a.hub)}) {
    const auto link = links_.find(ends);
    if (link == links_.end() || link->second.is_up) continue;
    const Told& down = link->second.down;
    // There may be another way.
    found.Add({.code = FindingCode::kNoPath,
               .is_cause = true,
               .certainty = Certainty::kLikely,
               .detail = absl::StrCat(Escaped(ends.second), ": ", Escaped(link->second.why)),
               .reason = down.reason,
               .moments = {{"down", down.at}}},
              down);
    return true;
  }
  return false;
}

void ExplainEvents::SayReport(const std::array<PeerId, 2>& ids, Found& found) const {
  found.Add(FoundReported(ids[reported_.side], reported_.report, reported_.told.at),
            reported_.told);
}

void ExplainEvents::SayHandshake(const std::array<PeerId, 2>& ids, UnixMillis both_here,
                                 Found& found) const {
  // What was said before one of the two came back is over.
  const bool is_reported = reported_.told.at != 0 && reported_.told.at >= both_here;
  const bool is_connected = reported_.Is(PairReport::Kind::kEstablished);
  // They failed or lost each other, and did not begin anew.
  const bool has_ended = is_reported && !is_connected && !signals_.IsBegun(reported_.told.at + 1);
  if (is_reported && is_connected) return SayReport(ids, found);
  if (has_ended && reported_.Is(PairReport::Kind::kLost)) return SayReport(ids, found);
  const bool is_begun = signals_.IsBegun(both_here);
  if (is_begun) {
    for (ExplainSignals::Judged& judged : signals_.Judge({ids, now_, last_signal_})) {
      if (has_ended && judged.finding.code == FindingCode::kComplete) continue;
      found.Add(std::move(judged.finding), {.hub = std::move(judged.hub)});
    }
  }
  if (has_ended) return SayReport(ids, found);
  if (is_begun) return;
  for (size_t side = 0; side < ids.size(); ++side) {
    const Told& hit = sides_[side].over_limit;
    if (hit.at == 0 || hit.at < both_here) continue;
    Finding finding = FoundDropped(FindingCode::kOfferDropped, ids[side], *hit.reason);
    finding.certainty = Certainty::kPossible;  // signals of it were dropped; whose is not told
    finding.moments = {{"limit hit", hit.at}};
    found.Add(std::move(finding), hit);
  }
  Finding finding{.code = FindingCode::kSignalsNotKept, .certainty = Certainty::kPossible};
  if (!is_connected) return found.Add(std::move(finding));
  finding.detail = "they may be connected from before one of them came back";
  finding.moments = {{"connected", reported_.told.at}};
  found.Add(std::move(finding), reported_.told);
}

}  // namespace pigeonhub::cli
