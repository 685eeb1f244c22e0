// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/dial_targets.h"

#include <algorithm>
#include <utility>

#include "server/base/address.h"
#include "server/core/deadlines.h"

namespace pigeonhub {
namespace {

using State = LinkRecord::State;

bool IsWaiting(const DialTarget& dial_target) {
  return dial_target.state == State::kWaiting || dial_target.state == State::kSlow ||
         dial_target.state == State::kNotAdmitted;
}

// Dialed, and not known for a hub yet.
bool IsSilent(const DialTarget& dial_target) {
  return dial_target.state == State::kConnecting && dial_target.connection.has_value();
}

bool IsDown(State state) { return state != State::kUp && state != State::kStopped; }

void Enter(DialTarget& dial_target, const Now& now, State state) {
  // Attempts come and go while it stays down.
  if (!IsDown(dial_target.state) || !IsDown(state)) dial_target.since = now.unix_ms;
  dial_target.state = state;
  dial_target.next_attempt = 0;
}

}  // namespace

bool LeadsTo(const WebSocketUrl& url, std::string_view host, uint16_t port) {
  if (url.port != port) return false;
  if (IsSameHost(url.host, host) || IsUnspecified(url.host)) return true;
  if (!IsLoopback(url.host)) return false;
  if (IsUnspecified(host)) return true;
  // A name stands for both of these numbers; of two numbers, each is a place of its own.
  const auto is_name = [](std::string_view at) { return IsSameHost(at, "localhost"); };
  const auto is_number = [](std::string_view at) {
    return IsSameHost(at, "127.0.0.1") || IsSameHost(at, "::1");
  };
  return (is_name(url.host) && is_number(host)) || (is_number(url.host) && is_name(host));
}

DialTarget& DialTargets::Add(const std::string& url, DialTarget::Kind kind) {
  DialTarget& dial_target = *all_.emplace_back(std::make_unique<DialTarget>());
  dial_target.id = DialTargetId(next_id_++);
  dial_target.url = url;
  dial_target.normal = NormalUrl(url);
  dial_target.kind = kind;
  return dial_target;
}

void DialTargets::Remove(const DialTarget& dial_target) {
  std::erase_if(all_, [&](const auto& one) { return one.get() == &dial_target; });
}

DialTarget* DialTargets::Find(DialTargetId id) {
  auto it = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one->id == id; });
  return it == all_.end() ? nullptr : it->get();
}

DialTarget* DialTargets::Find(ConnectionId connection) {
  auto it = std::find_if(all_.begin(), all_.end(),
                         [&](const auto& one) { return one->connection == connection; });
  return it == all_.end() ? nullptr : it->get();
}

DialTarget* DialTargets::FindUrl(std::string_view url) {
  const std::string normal = NormalUrl(url);
  auto it = std::find_if(all_.begin(), all_.end(),
                         [&](const auto& one) { return one->normal == normal; });
  return it == all_.end() ? nullptr : it->get();
}

void DialTargets::Dialing(DialTarget& dial_target, const Now& now) {
  Enter(dial_target, now, State::kConnecting);
  dial_target.last_attempt = now.unix_ms;
}

void DialTargets::Opened(DialTarget& dial_target, const Now& now, ConnectionId connection) {
  dial_target.connection = connection;
  dial_target.due = now.steady + kSilence;
}

void DialTargets::Up(DialTarget& dial_target, const Now& now) {
  Enter(dial_target, now, State::kUp);
  dial_target.is_default = false;
  dial_target.attempt = 0;
  dial_target.end = {};
}

bool DialTargets::Lost(DialTarget& dial_target, const Now& now, LinkEnd end, Random& random,
                       Duration at_least) {
  const bool was_rare = schedule_.IsRare(dial_target.attempt);
  ++dial_target.attempt;
  const bool rare = schedule_.IsRare(dial_target.attempt);
  const Duration wait = schedule_.WaitAfter(dial_target.attempt, at_least, random);
  Wait(dial_target, now, rare ? State::kSlow : State::kWaiting, wait, std::move(end));
  return rare && !was_rare;
}

void DialTargets::NotAdmitted(DialTarget& dial_target, const Now& now, LinkEnd end) {
  ++dial_target.attempt;
  dial_target.is_default = false;
  Wait(dial_target, now, State::kNotAdmitted, RedialSchedule::kRareWait, std::move(end));
}

void DialTargets::Wait(DialTarget& dial_target, const Now& now, State state, Duration wait,
                       LinkEnd end) {
  Enter(dial_target, now, state);
  dial_target.connection.reset();
  dial_target.due = now.steady + wait;
  dial_target.next_attempt =
      now.unix_ms + std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
  dial_target.end = std::move(end);
}

void DialTargets::Stop(DialTarget& dial_target, const Now& now, LinkEnd end) {
  Enter(dial_target, now, State::kStopped);
  dial_target.connection.reset();
  dial_target.attempt = 0;
  dial_target.end = std::move(end);
}

DialTarget* DialTargets::NextDue(SteadyTime now) {
  for (const auto& dial_target : all_) {
    if (IsWaiting(*dial_target) && dial_target->due <= now) return dial_target.get();
  }
  return nullptr;
}

DialTarget* DialTargets::NextSilent(SteadyTime now) {
  for (const auto& dial_target : all_) {
    if (IsSilent(*dial_target) && dial_target->due <= now) return dial_target.get();
  }
  return nullptr;
}

std::optional<SteadyTime> DialTargets::NextDeadline() const {
  std::optional<SteadyTime> next;
  for (const auto& dial_target : all_) {
    if (IsWaiting(*dial_target) || IsSilent(*dial_target)) {
      next = Earliest(next, dial_target->due);
    }
  }
  return next;
}

}  // namespace pigeonhub
