// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "pigeonhub/event.h"
#include "pigeonhub/handshake.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/mesh/hub_clocks.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "server/core/peers/handshake_watch.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Notes what this hub sees of handshakes, and tells those who watch them: events here, and other
// hubs that asked (HandshakeAsking).
class HandshakeTrace {
 public:
  HandshakeTrace(const Identity& self, MeshHubTable& mesh_hubs, HandshakeWatch& watch,
                 const HubClocks& clocks)
      : self_(self), mesh_hubs_(mesh_hubs), watch_(watch), clocks_(clocks) {}

  // Whether there is anything to be noted at all.
  bool any() const { return watch_.any(); }
  // False if nobody watches what this peer says there; `network` may be null. Quick.
  bool Covers(const PeerId& peer, const SharedText& network) const {
    return any() && watch_.MayCover(peer, NameOf(network));
  }

  void Announced(Turn& turn, const PeerId& peer, const SharedText& network);
  void Discovered(Turn& turn, const PeerId& peer, const PeerId& told, const SharedText& network) {
    if (Covers(peer, network)) NoteDiscovered(turn, peer, told, network);
  }
  void Connected(Turn& turn, const PeerId& peer, const PeerId& other, const SharedText& network);
  // A signal was given to the peer that it is for. `from_hub`: by which it came; `signal` is as
  // that sent it.
  void Delivered(Turn& turn, const PeerId& from, const PeerId& to, const SharedText& network,
                 const inbound::Signal& signal, const std::optional<PeerId>& from_hub);
  // A signal was sent on, to a reference hub at once, or to a mesh hub for the first time.
  void PassedOn(Turn& turn, const SharedText& network, SignalType type, const PeerId& from,
                const PeerId& to, const std::optional<PeerId>& to_hub);
  void PassedOn(Turn& turn, const mesh::Signal& signal, const PeerId& to_hub);
  void Dropped(Turn& turn, const SignalDropped& dropped);

  // Says to other hubs what was noted for them. What this hub says is noted, too, so that there may
  // be more after it was sent.
  bool has_steps_to_say() const { return !to_say_.empty(); }
  void SaySteps() {
    if (has_steps_to_say()) SayAllSteps();
  }

  // What is shown from now on has times that begin here: the clock that goes steadily tells those
  // after.
  void SetClock(const Now& now);
  // A step of another hub, which this one asked.
  void Show(Turn& turn, const PeerId& hub, const mesh::TraceStep& step) const;

 private:
  static std::string_view NameOf(const SharedText& network) {
    return network == nullptr ? std::string_view() : std::string_view(*network);
  }
  void NoteDiscovered(Turn& turn, const PeerId& peer, const PeerId& told,
                      const SharedText& network);
  void Note(Turn& turn, mesh::TraceStep step);
  void SayAllSteps();
  std::optional<HubClock::Reading> ClockOf(const PeerId& hub) const;

  const Identity& self_;
  MeshHubTable& mesh_hubs_;
  HandshakeWatch& watch_;
  const HubClocks& clocks_;
  std::vector<std::pair<PeerId, mesh::SharedTraceStep>> to_say_;
  int64_t epoch_us_ = 0;  // of the steady clock, since 1970
};

}  // namespace pigeonhub
