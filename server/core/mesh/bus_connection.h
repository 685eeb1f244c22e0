// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "pigeonhub/event.h"
#include "pigeonhub/records.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/mesh/bus.h"
#include "server/core/mesh/bus_way.h"
#include "server/core/mesh/frames.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/map_news.h"
#include "server/core/mesh/reach.h"
#include "server/core/options.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// The connection to the broker comes and goes, and brings what is said on the bus.
class BusConnection {
 public:
  BusConnection(const HubOptions& options, const Identity& self, HubMap& map, Bus& bus,
                BusWay& bus_way, MapNews& map_news, Reach& reach, Frames& frames)
      : options_(options),
        self_(self),
        map_(map),
        bus_(bus),
        bus_way_(bus_way),
        map_news_(map_news),
        reach_(reach),
        frames_(frames) {}

  void OnUp(Turn& turn, const BusUp& input);
  void OnDown(Turn& turn, const BusDown& input);
  void OnOverheard(Turn& turn, const Overheard& input);
  void OnTick(Turn& turn) { Tend(turn); }
  std::optional<SteadyTime> NextDeadline() const {
    if (MayAttach()) return state_.away_until.value_or(SteadyTime());
    return bus_.NextDeadline();
  }

  // Empty for a hub without a bus.
  std::optional<BusRecord> Describe() const;

 private:
  struct State {
    bool connected = false;  // also while signaling is stopped, or this hub keeps away
    bool hung_up = false;    // and not told yet that it is not connected
    // Another process has the id of this hub, or had it when this hub was there last.
    std::optional<SteadyTime> away_until;
    size_t max_payload = 0;
    UnixMillis since = 0;
    std::string server;
    std::string end;
  };

  // Does what is due.
  void Tend(Turn& turn);
  void Hear(Turn& turn, const inbound::HubNews& news);
  void HearFrame(Turn& turn, const inbound::HubFrame& frame);
  // Whether the speaker says in these news that it is not on the bus, and that is its latest word.
  bool LeavesBus(const inbound::HubNews& news) const;
  void Note(Turn& turn, Bus::Heard heard, const PeerId& hub);
  // This hub hears itself again, or no longer.
  void GoUp(Turn& turn);
  void GoDown(Turn& turn, std::string why);
  void KeepAway(Turn& turn);
  bool MayAttach() const { return state_.connected && !bus_.attached() && !self_.is_stopped(); }

  const HubOptions& options_;
  const Identity& self_;
  HubMap& map_;
  Bus& bus_;
  BusWay& bus_way_;
  MapNews& map_news_;
  Reach& reach_;
  Frames& frames_;
  State state_;
};

}  // namespace pigeonhub
