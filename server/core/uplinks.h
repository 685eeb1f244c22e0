// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/ids.h"
#include "server/core/random.h"
#include "server/core/snapshot.h"
#include "server/core/time.h"

namespace pigeonhub {

// The parts of ws://HOST[:PORT]/... that tell whose address it is.
struct HubUrl {
  bool secure = false;
  std::string host;  // in lower case, an IPv6 address without its brackets
  uint16_t port = 0;
};
// Nothing unless `url` begins with ws:// or wss:// and names a host; without a port it is the
// scheme's, as in every URL.
std::optional<HubUrl> ParseHubUrl(std::string_view url);

// True for localhost and the addresses that lead nowhere else.
bool IsLoopbackHost(std::string_view host);
// True for "any address of mine".
bool IsUnspecifiedHost(std::string_view host);
// True for what must not be dialed because somebody else said so, unless we live on loopback.
bool IsLinkLocalHost(std::string_view host);

// True if `url` is where a hub listens that is bound to `host` and `port`.
bool LeadsTo(const HubUrl& url, std::string_view host, uint16_t port);

// An address that we dial, again and again until told to stop.
struct Uplink {
  enum class Kind {
    kBootstrap,  // configured
    kAsked,      // by ConnectHub
    kDirect,     // a hub that we heard of
  };

  UplinkId id;
  std::string url;
  Kind kind = Kind::kAsked;
  LinkRecord::State state = LinkRecord::State::kStopped;
  // The hub at the other end, once it was known; kept between attempts.
  std::optional<PeerId> hub;
  std::optional<ConnectionId> connection;  // while kUp
  unsigned attempt = 0;                    // failures in a row
  SteadyTime due;                          // while kWaiting or kSlow
  UnixMillis since = 0;
  UnixMillis last_attempt = 0;
  UnixMillis next_attempt = 0;
  std::string last_error;
};

// Which addresses are dialed, and when next. Decides nothing about what is said over a link.
//
// A lost or failed link is dialed again after a random time between 500 ms and the reconnect
// interval (at first 2 s), so that hubs that lost the same neighbour do not come back as one crowd;
// after too many failures in a row, every 15 s. Success is a greeting from the other side: a
// connection that is accepted and closed at once is a failure.
class Uplinks {
 public:
  Uplinks(Duration reconnect_interval, unsigned max_attempts)
      : reconnect_interval_(reconnect_interval), max_attempts_(max_attempts) {}

  // Pointers stay valid until Remove.
  Uplink& Add(const std::string& url, Uplink::Kind kind);
  void Remove(const Uplink& uplink);
  Uplink* Find(UplinkId id);
  Uplink* Find(ConnectionId connection);
  Uplink* FindUrl(std::string_view url);
  // In the order in which they were added.
  const std::vector<std::unique_ptr<Uplink>>& all() const { return all_; }

  void Dialing(Uplink& uplink, const Now& now);
  void Opened(Uplink& uplink, const Now& now, ConnectionId connection);
  void Greeted(Uplink& uplink) { uplink.attempt = 0; }
  // The dial failed or the connection ended: schedules the next one. True when from now on attempts
  // are rare.
  bool Lost(Uplink& uplink, const Now& now, std::string error, Random& random);
  void Stop(Uplink& uplink, const Now& now, std::string why);

  // One whose time to be dialed has come; null if there is none.
  Uplink* NextDue(SteadyTime now);
  std::optional<SteadyTime> NextDeadline() const;

 private:
  static constexpr Duration kShortestWait = std::chrono::milliseconds(500);
  static constexpr Duration kSlowWait = std::chrono::seconds(15);

  const Duration reconnect_interval_;
  const unsigned max_attempts_;
  uint64_t next_id_ = 1;
  std::vector<std::unique_ptr<Uplink>> all_;  // few, so a plain array serves
};

}  // namespace pigeonhub
