// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/records.h"
#include "server/base/websocket_url.h"
#include "server/core/ids.h"
#include "server/core/links/redial_schedule.h"
#include "server/core/random.h"
#include "server/core/time.h"

namespace pigeonhub {

// True if `url` is where a hub listens that is bound to `host` and `port`.
bool LeadsTo(const WebSocketUrl& url, std::string_view host, uint16_t port);

// An address that we dial, again and again until told to stop.
struct DialTarget {
  enum class Kind {
    kBootstrap,  // configured
    kAsked,      // by ConnectHub
    kDirect,     // a hub that we heard of
  };

  DialTargetId id;
  std::string url;     // as it was given
  std::string normal;  // and in the one spelling of all that lead there
  Kind kind = Kind::kAsked;
  bool is_default = false;  // nobody named it, and no hub was ever there
  LinkRecord::State state = LinkRecord::State::kStopped;
  // The hub at the other end, once it was known; kept between attempts.
  std::optional<PeerId> hub;
  std::optional<PeerId> token_for;         // the hub to which the last dial made a token out
  bool is_reference = false;               // as far as the hub at the other end has shown
  std::optional<ConnectionId> connection;  // while kUp, and before that until it spoke as a hub
  unsigned attempt = 0;                    // failures in a row
  SteadyTime due;                          // of the next attempt, or of the first words of a hub
  UnixMillis since = 0;
  UnixMillis last_attempt = 0;
  UnixMillis next_attempt = 0;
  LinkEnd end;
};

// Which addresses are dialed, and when next. Decides nothing about what is said over a link.
//
// A lost or failed link is dialed again by the RedialSchedule; a hub that does not admit this one,
// every 15 s. Success is a hub that speaks at the other end: a connection that is accepted and
// closed, or that says nothing for 10 s, is a failure.
class DialTargets {
 public:
  explicit DialTargets(RedialSchedule schedule) : schedule_(schedule) {}

  // Pointers stay valid until Remove.
  DialTarget& Add(const std::string& url, DialTarget::Kind kind);
  void Remove(const DialTarget& dial_target);
  DialTarget* Find(DialTargetId id);
  DialTarget* Find(ConnectionId connection);
  // However the URL is spelled.
  DialTarget* FindUrl(std::string_view url);
  // In the order in which they were added.
  const std::vector<std::unique_ptr<DialTarget>>& all() const { return all_; }

  void Dialing(DialTarget& dial_target, const Now& now);
  // There is a connection; a hub has so long to show that it is one.
  void Opened(DialTarget& dial_target, const Now& now, ConnectionId connection);
  // A hub is at the other end.
  void Up(DialTarget& dial_target, const Now& now);
  // The dial failed or the connection ended: schedules the next one, not before `at_least` is over.
  // True when from now on attempts are rare.
  bool Lost(DialTarget& dial_target, const Now& now, LinkEnd end, Random& random,
            Duration at_least = {});
  // A hub is there, and does not take this one for a hub.
  void NotAdmitted(DialTarget& dial_target, const Now& now, LinkEnd end);
  void Stop(DialTarget& dial_target, const Now& now, LinkEnd end);

  // One whose time to be dialed has come; null if there is none.
  DialTarget* NextDue(SteadyTime now);
  // One with a connection over which no hub spoke in time; null if there is none.
  DialTarget* NextSilent(SteadyTime now);
  std::optional<SteadyTime> NextDeadline() const;

  // How long a hub has for its first words.
  static constexpr Duration kSilence = std::chrono::seconds(10);
  // How many addresses an operator may have dialed. A hub needs links to a few hubs only; each
  // address costs dials without end, and a search looks at all of them.
  static constexpr size_t kMost = 256;

 private:
  void Wait(DialTarget& dial_target, const Now& now, LinkRecord::State state, Duration wait,
            LinkEnd end);

  const RedialSchedule schedule_;
  uint64_t next_id_ = 1;
  std::vector<std::unique_ptr<DialTarget>> all_;  // few, so a plain array serves
};

}  // namespace pigeonhub
