// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/uplinks.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "server/base/address.h"

namespace pigeonhub {
namespace {

// At first soon enough that whoever only flapped or was started again is back within the grace (3
// s) in which nobody is told.
constexpr Duration kLongestFirstWait = std::chrono::seconds(2);

using State = LinkRecord::State;

bool IsWaiting(const Uplink& uplink) {
  return uplink.state == State::kWaiting || uplink.state == State::kSlow ||
         uplink.state == State::kNotAdmitted;
}

// Dialed, and not known for a hub yet.
bool IsSilent(const Uplink& uplink) {
  return uplink.state == State::kConnecting && uplink.connection.has_value();
}

bool IsDown(State state) { return state != State::kUp && state != State::kStopped; }

void Enter(Uplink& uplink, const Now& now, State state) {
  // Attempts come and go while it stays down.
  if (!IsDown(uplink.state) || !IsDown(state)) uplink.since = now.unix_ms;
  uplink.state = state;
  uplink.next_attempt = 0;
}

}  // namespace

bool LeadsTo(const WebSocketUrl& url, std::string_view host, uint16_t port) {
  if (url.port != port) return false;
  const std::string own = absl::AsciiStrToLower(std::string(host));
  if (url.host == own || IsUnspecified(url.host)) return true;
  if (!IsLoopback(url.host)) return false;
  if (IsUnspecified(own)) return true;
  // A name stands for both of these; of two numbers, each is a place of its own.
  const auto is_localhost = [](std::string_view at) {
    return at == "localhost" || at == "127.0.0.1" || at == "::1";
  };
  return (url.host == "localhost" || own == "localhost") && is_localhost(url.host) &&
         is_localhost(own);
}

Uplink& Uplinks::Add(const std::string& url, Uplink::Kind kind) {
  Uplink& uplink = *all_.emplace_back(std::make_unique<Uplink>());
  uplink.id = UplinkId(next_id_++);
  uplink.url = url;
  uplink.normal = NormalUrl(url);
  uplink.kind = kind;
  return uplink;
}

void Uplinks::Remove(const Uplink& uplink) {
  std::erase_if(all_, [&](const auto& one) { return one.get() == &uplink; });
}

Uplink* Uplinks::Find(UplinkId id) {
  auto it = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one->id == id; });
  return it == all_.end() ? nullptr : it->get();
}

Uplink* Uplinks::Find(ConnectionId connection) {
  auto it = std::find_if(all_.begin(), all_.end(),
                         [&](const auto& one) { return one->connection == connection; });
  return it == all_.end() ? nullptr : it->get();
}

Uplink* Uplinks::FindUrl(std::string_view url) {
  const std::string normal = NormalUrl(url);
  auto it = std::find_if(all_.begin(), all_.end(),
                         [&](const auto& one) { return one->normal == normal; });
  return it == all_.end() ? nullptr : it->get();
}

void Uplinks::Dialing(Uplink& uplink, const Now& now) {
  Enter(uplink, now, State::kConnecting);
  uplink.last_attempt = now.unix_ms;
}

void Uplinks::Opened(Uplink& uplink, const Now& now, ConnectionId connection) {
  uplink.connection = connection;
  uplink.due = now.steady + kSilence;
}

void Uplinks::Up(Uplink& uplink, const Now& now) {
  Enter(uplink, now, State::kUp);
  uplink.attempt = 0;
  uplink.end = {};
}

bool Uplinks::Lost(Uplink& uplink, const Now& now, LinkEnd end, Random& random, Duration at_least) {
  ++uplink.attempt;
  const bool was_rare = max_attempts_ > 0 && uplink.attempt > max_attempts_;
  const bool rare = max_attempts_ > 0 && uplink.attempt >= max_attempts_;
  Duration wait = kSlowWait;
  if (!rare) {
    const Duration longest = uplink.attempt == 1 ? std::min(kLongestFirstWait, reconnect_interval_)
                                                 : reconnect_interval_;
    const Duration shortest = std::min(kShortestWait, longest);
    const auto spread = static_cast<uint64_t>((longest - shortest).count());
    wait = shortest + Duration(static_cast<int64_t>(random.Below(spread + 1)));
  }
  wait = std::max(wait, std::min(at_least, kLongestWaitAskedFor));
  Wait(uplink, now, rare ? State::kSlow : State::kWaiting, wait, std::move(end));
  return rare && !was_rare;
}

void Uplinks::NotAdmitted(Uplink& uplink, const Now& now, LinkEnd end) {
  ++uplink.attempt;
  Wait(uplink, now, State::kNotAdmitted, kSlowWait, std::move(end));
}

void Uplinks::Wait(Uplink& uplink, const Now& now, State state, Duration wait, LinkEnd end) {
  Enter(uplink, now, state);
  uplink.connection.reset();
  uplink.due = now.steady + wait;
  uplink.next_attempt =
      now.unix_ms + std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
  uplink.end = std::move(end);
}

void Uplinks::Stop(Uplink& uplink, const Now& now, LinkEnd end) {
  Enter(uplink, now, State::kStopped);
  uplink.connection.reset();
  uplink.attempt = 0;
  uplink.end = std::move(end);
}

Uplink* Uplinks::NextDue(SteadyTime now) {
  for (const auto& uplink : all_) {
    if (IsWaiting(*uplink) && uplink->due <= now) return uplink.get();
  }
  return nullptr;
}

Uplink* Uplinks::NextSilent(SteadyTime now) {
  for (const auto& uplink : all_) {
    if (IsSilent(*uplink) && uplink->due <= now) return uplink.get();
  }
  return nullptr;
}

std::optional<SteadyTime> Uplinks::NextDeadline() const {
  std::optional<SteadyTime> next;
  for (const auto& uplink : all_) {
    if (!IsWaiting(*uplink) && !IsSilent(*uplink)) continue;
    if (!next.has_value() || uplink->due < *next) next = uplink->due;
  }
  return next;
}

}  // namespace pigeonhub
