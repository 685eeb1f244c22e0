// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "server/core/access/ban_list.h"
#include "server/core/access/bans.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh_message.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What mesh hubs tell each other of bans.
//
// A hub tells each change that was ordered at it to every mesh hub, and each change that it hears
// to those that it is linked to. So a change gets through although the hub that ordered it is gone
// by then, and although a hub on the way knows nothing of bans. Two hubs that begin to talk compare
// digests of their lists. If those differ, each asks the other for its list, a page at a time and
// one hub after the other: a hub that starts gets the list once, and not from everybody.
class BanNews {
 public:
  BanNews(const BanList& list, Bans& bans, const KnownKeys& known_keys, const HubMap& map,
          const LinkTable& links, MeshHubTable& mesh_hubs)
      : list_(list),
        bans_(bans),
        known_keys_(known_keys),
        map_(map),
        links_(links),
        mesh_hubs_(mesh_hubs) {}

  // A mesh hub says something.
  void Hear(Turn& turn, MeshHub& hub, const mesh::BanTold& told);
  void Hear(Turn& turn, MeshHub& hub, const mesh::BansHeld& held);
  static void Hear(MeshHub& hub, const mesh::WantBans& want);

  // If the list has changed, those who are to hear of it have something to be told.
  void NoteChanges();
  // Says to the hub what it is to hear, as long as little waits for it.
  void Speak(const Turn& turn, MeshHub& hub) const;
  // Asks the next hub whose list is another one, if none is asked now.
  void AskNext();
  void OnTick(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const {
    return differing_.empty() ? std::nullopt : NextToAsk();
  }

 private:
  // Whether this hub acts upon its word: it was admitted here or by a hub that was, and what is
  // said in its name is known to be its own.
  bool Believes(const MeshHub& hub) const;
  bool Concerns(const MeshHub& hub, const BanList::Entry& entry) const;
  void SpeakPage(const Turn& turn, MeshHub& hub) const;
  std::optional<SteadyTime> NextToAsk() const;
  void Ask(MeshHub& hub, uint64_t after);

  const BanList& list_;
  Bans& bans_;
  const KnownKeys& known_keys_;
  const HubMap& map_;
  const LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  std::set<PeerId> differing_;  // hubs that were asked, or are to be asked, for their list
  uint64_t noted_to_ = 0;       // the order of the last change that NoteChanges knows of
};

}  // namespace pigeonhub
