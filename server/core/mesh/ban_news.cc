// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/ban_news.h"

#include <algorithm>
#include <chrono>

#include "server/core/deadlines.h"

namespace pigeonhub {
namespace {

constexpr size_t kBanPage = 1000;
// A hundred thousand bans then take ten seconds, and a hub that lies keeps nobody busy.
constexpr Duration kBetweenPages = std::chrono::milliseconds(100);
// Too much came unasked: the list is asked for when this is over.
// Or it came of a hub that is not believed yet.
constexpr Duration kAfterARush = std::chrono::seconds(10);

mesh::BanTold Told(const Turn& turn, const SharedBan& ban) {
  const auto left = [&](UnixMillis end) {
    return static_cast<uint64_t>(std::max<UnixMillis>(end - turn.now.unix_ms, 0));
  };
  return {ban, left(ban->ends_at), left(ban->remembered_until)};
}

}  // namespace

bool BanNews::Believes(const MeshHub& hub) const {
  const bool is_admitted = links_.FindMesh(hub.id) != nullptr || map_.IsVouchedFor(hub.id);
  return is_admitted && known_keys_.Identifies(hub.id);
}

void BanNews::Hear(Turn& turn, MeshHub& hub, const mesh::BanTold& told) {
  const auto refuse = [&](Reason reason) {
    ++hub.counts.refused;
    turn.Count(reason);
  };
  BanTalk& talk = hub.bans;
  const auto ask_later = [&] {
    if (!talk.ask_at.has_value()) talk.ask_at = turn.now.steady + kAfterARush;
    talk.ask_after = 0;
    differing_.insert(hub.id);
  };
  if (!Believes(hub)) {
    // The map may be about to say that it was admitted.
    ask_later();
    return refuse(Reason::kHubNotAdmitted);
  }
  if (talk.expected > 0) {
    --talk.expected;
  } else if (!talk.rate.Admit(turn.now.steady)) {
    ask_later();
    return refuse(Reason::kHubNewsRate);
  }
  if (bans_.Learn(turn, told, hub.id) == BanList::Put::kFull) {
    refuse(Reason::kRemoteTableFull);
  }
}

void BanNews::Hear(Turn& turn, MeshHub& hub, const mesh::BansHeld& held) {
  BanTalk& talk = hub.bans;
  if (!held.answers) {
    talk.held = held.digest;
    differing_.insert(hub.id);
    return;
  }
  talk.expected = 0;
  if (!talk.asked) return;
  if (held.next == 0) {
    talk.asked = false;
    talk.held.reset();
    return;
  }
  talk.ask_after = held.next;
  talk.ask_at = turn.now.steady + kBetweenPages;
}

void BanNews::Hear(MeshHub& hub, const mesh::WantBans& want) {
  hub.bans.page = BanTalk::Page{want.after, kBanPage};
}

bool BanNews::Concerns(const MeshHub& hub, const BanList::Entry& entry) const {
  if (!entry.teller.has_value()) return true;
  return entry.teller != hub.id && links_.FindMesh(hub.id) != nullptr;
}

void BanNews::NoteChanges() {
  bool all = false;
  bool any = false;
  for (; noted_to_ < list_.last_order(); any = true) {
    const BanList::Entry* entry = list_.After(noted_to_);
    noted_to_ = entry == nullptr ? list_.last_order() : entry->ban->order;
    all = all || (entry != nullptr && !entry->teller.has_value());
  }
  if (!any) return;
  if (all) {
    for (const auto& [id, hub] : mesh_hubs_.all()) hub->talk.Touch();
    return;
  }
  for (const auto& link : links_.all()) {
    MeshHub* hub = link->is_mesh() ? mesh_hubs_.Find(*link->hub) : nullptr;
    if (hub != nullptr) hub->talk.Touch();
  }
}

void BanNews::Speak(const Turn& turn, MeshHub& hub) const {
  BanTalk& talk = hub.bans;
  if (!talk.greeted) {
    talk.greeted = true;
    talk.told_to = list_.last_order();
    if (!list_.empty()) hub.talk.Say(mesh::BansHeld{list_.digest(), 0, false});
  }
  while (talk.told_to < list_.last_order() && hub.talk.pace().for_lists) {
    const BanList::Entry* entry = list_.After(talk.told_to);
    talk.told_to = entry == nullptr ? list_.last_order() : entry->ban->order;
    if (entry != nullptr && Concerns(hub, *entry)) hub.talk.Say(Told(turn, entry->ban));
  }
  SpeakPage(turn, hub);
}

void BanNews::SpeakPage(const Turn& turn, MeshHub& hub) const {
  std::optional<BanTalk::Page>& page = hub.bans.page;
  while (page.has_value() && hub.talk.pace().for_lists) {
    const BanList::Entry* entry = list_.After(page->after);
    if (entry == nullptr || page->left == 0) {
      hub.talk.Say(mesh::BansHeld{list_.digest(), entry == nullptr ? 0 : page->after, true});
      page.reset();
      return;
    }
    page->after = entry->ban->order;
    --page->left;
    hub.talk.Say(Told(turn, entry->ban));
  }
}

void BanNews::Ask(MeshHub& hub, uint64_t after) {
  hub.bans.asked = true;
  hub.bans.ask_at.reset();
  hub.bans.expected = kBanPage;
  differing_.insert(hub.id);
  hub.talk.Say(mesh::WantBans{after});
}

void BanNews::AskNext() {
  MeshHub* next = nullptr;
  for (auto it = differing_.begin(); it != differing_.end();) {
    MeshHub* hub = mesh_hubs_.Find(*it);
    if (hub != nullptr && hub->bans.held == list_.digest()) hub->bans.held.reset();
    if (hub == nullptr || !hub->bans.differs()) {
      it = differing_.erase(it);
      continue;
    }
    if (hub->bans.asked) return;
    const bool may_be_asked = hub->bans.held.has_value() && hub->CanBeReached();
    if (next == nullptr && may_be_asked && Believes(*hub)) next = hub;
    ++it;
  }
  if (next != nullptr) Ask(*next, 0);
}

void BanNews::OnTick(Turn& turn) {
  const std::set<PeerId> differing = differing_;
  for (const PeerId& id : differing) {
    MeshHub* hub = mesh_hubs_.Find(id);
    if (hub == nullptr || !hub->bans.ask_at.has_value() || *hub->bans.ask_at > turn.now.steady) {
      continue;
    }
    if (Believes(*hub)) {
      Ask(*hub, hub->bans.ask_after);
    } else {
      hub->bans.ask_at.reset();
    }
  }
}

std::optional<SteadyTime> BanNews::NextToAsk() const {
  std::optional<SteadyTime> next;
  for (const PeerId& id : differing_) {
    if (const MeshHub* hub = mesh_hubs_.Find(id)) next = Earliest(next, hub->bans.ask_at);
  }
  return next;
}

}  // namespace pigeonhub
