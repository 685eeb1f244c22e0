// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "server/core/ids.h"
#include "server/core/mesh/echo.h"
#include "server/core/mesh/namesake.h"
#include "server/core/mesh_message.h"
#include "server/core/time.h"

namespace pigeonhub {

// A broker that hubs share: what one of them says to all comes to all, itself included, and each
// can be spoken to alone. This is who is heard there.
//
// Everybody says so often that it is there that silence tells something. But silence may as well be
// the broker's, or this hub stood still. So whoever does not hear itself is deaf and judges nobody;
// and a hub is silent only once this hub has heard something that it said after the time of that
// hub was over.
class Bus {
 public:
  // `life`: a random number of this process.
  Bus(const PeerId& self, Duration beat, uint64_t life)
      : self_(self), beat_(beat), life_(life), name_(self) {}

  // ---- The connection
  // The first beat is due at `beat`. The broker takes messages of so many bytes.
  void Attach(SteadyTime now, SteadyTime beat, size_t max_payload);
  void Detach(SteadyTime now);
  // As another process has the id of this hub.
  void KeepAway(SteadyTime now, SteadyTime until);
  bool attached() const { return plan_.attached; }
  size_t max_payload() const { return plan_.max_payload; }
  // This hub hears itself.
  bool works() const { return plan_.works_since.has_value(); }
  // It has not for so long that it is worth connecting anew.
  bool IsWorthHangingUp(SteadyTime now) const;

  // What this hub calls the bus: the lowest id that it has heard there, of a hub or for the bus. So
  // all call it the same, and no other bus is called so.
  const PeerId& name() const { return name_; }
  void Adopt(const PeerId& name) { name_ = std::min(name_, name); }

  // ---- Saying
  // What stands on the next thing that this hub says to all, or to one hub.
  mesh::Beat Say(SteadyTime now);
  mesh::Beat SayToOne() const { return {self_, name_, life_, 0}; }
  bool BeatDue(SteadyTime now) const { return attached() && plan_.beat <= now; }

  // ---- Hearing
  enum class Heard {
    kKnown,     // a hub that was heard before
    kNewcomer,  // one that was not, or that was started again meanwhile
    kEcho,      // this hub
    kWorks,     // this hub, which did not hear itself before
    kNothing,   // something of this hub that does not show that the bus works
  };
  // News, with what stands on them.
  Heard Hear(const mesh::Beat& beat, SteadyTime now);
  // Anything else of another hub.
  Heard HearFrom(const PeerId& hub, SteadyTime now);
  // It says that it left. Nobody waits for it to be silent, unless it is heard once more.
  void NoteLeft(const PeerId& hub) {
    heard_.erase(hub);
    lives_.erase(hub);
  }
  bool Hears(const PeerId& hub) const { return heard_.contains(hub); }
  const std::map<PeerId, SteadyTime>& heard() const { return heard_; }
  Duration echo() const { return echo_.took(); }
  // Another process has the id of this hub, and is to keep it.
  bool IsOutranked(SteadyTime now) const;
  bool HasNamesake(SteadyTime now) const { return namesake_.is_there(now); }

  // ---- Judging
  // Others tell that this hub is here, too. It has the time to be heard that everybody has.
  void Expect(const PeerId& hub, SteadyTime now);
  // Somebody here misses it. So does this hub, unless it hears it. True if that is new.
  bool Miss(const PeerId& hub, SteadyTime now);
  // Notices who fell silent, and whether this hub is deaf. True if that changed anything.
  bool Judge(SteadyTime now);
  // Those of late that are not heard, so that nobody else goes on counting with them.
  const std::map<PeerId, SteadyTime>& missed() const { return missed_; }
  template <typename IsKnown>
  void ForgetMissed(SteadyTime now, IsKnown is_known) {
    std::erase_if(missed_, [&](const auto& one) {
      return now - one.second >= kRemembered && !is_known(one.first);
    });
  }
  // Since when this hub is deaf, if that is all that is known against the other one: it was heard
  // until then. Empty while this hub hears.
  std::optional<SteadyTime> DeafSince(const PeerId& hub) const;

  std::optional<SteadyTime> NextDeadline() const {
    if (!attached()) return std::nullopt;
    return std::min(plan_.beat, plan_.look);
  }

  // When this hub hears itself again, others have so long to be heard.
  static constexpr Duration kTimeToBeHeard = std::chrono::seconds(5);

 private:
  static constexpr Duration kSilence = std::chrono::milliseconds(1800);
  static constexpr Duration kDeaf = std::chrono::seconds(2);
  static constexpr Duration kHangUp = std::chrono::seconds(3);
  static constexpr Duration kRemembered = std::chrono::seconds(60);

  // What is to be done when.
  struct Plan {
    bool attached = false;
    size_t max_payload = 0;
    std::optional<SteadyTime> works_since;
    SteadyTime beat;
    SteadyTime look;
  };

  // The process that was heard under this id so far, since when.
  struct Life {
    uint64_t number = 0;
    SteadyTime since;
  };

  bool IsAnotherLife(const mesh::Beat& beat, SteadyTime now);
  void GoDeaf(SteadyTime now);
  // Moves those that are silent since then to the missed ones. True if there were any.
  bool MissTheSilent(std::map<PeerId, SteadyTime>& since, SteadyTime now);

  const PeerId self_;
  const Duration beat_;
  const uint64_t life_;
  PeerId name_;
  Plan plan_;
  Echo echo_;
  Namesake namesake_;
  std::map<PeerId, SteadyTime> heard_;     // when last
  std::map<PeerId, Life> lives_;           // of those, once they said a beat
  std::map<PeerId, SteadyTime> expected_;  // since when
  std::map<PeerId, SteadyTime> missed_;    // since when
  std::map<PeerId, SteadyTime> deaf_to_;   // since when
};

}  // namespace pigeonhub
