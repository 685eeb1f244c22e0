// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/bus_connection.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace pigeonhub {
namespace {

// How long this hub keeps away from a bus on which another process has its id.
constexpr Duration kKeepAway = std::chrono::seconds(15);
// How long it looks whether that one is still there.
constexpr Duration kLook = std::chrono::seconds(1);

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void BusConnection::OnUp(Turn& turn, const BusUp& input) {
  state_.connected = true;
  state_.hung_up = false;
  state_.server = input.server;
  state_.max_payload = input.max_payload;
  Tend(turn);
}

void BusConnection::OnDown(Turn& turn, const BusDown& input) {
  state_.connected = false;
  // Why this hub hung up tells more than that it did.
  if (!std::exchange(state_.hung_up, false)) state_.end = input.reason;
  const bool worked = bus_.works();
  bus_.Detach(turn.now.steady);
  if (worked) GoDown(turn, input.reason);
}

void BusConnection::OnOverheard(Turn& turn, const Overheard& input) {
  if (!bus_.attached()) return;
  if (const auto* news = std::get_if<inbound::HubNews>(&input.message);
      news != nullptr && news->beat.has_value()) {
    Hear(turn, *news);
  } else if (const auto* frame = std::get_if<inbound::HubFrame>(&input.message)) {
    HearFrame(turn, *frame);
  } else {
    ++bus_way_.counts.refused;
    turn.Count(Reason::kInvalidMessage);
  }
  Tend(turn);
}

void BusConnection::Hear(Turn& turn, const inbound::HubNews& news) {
  const mesh::Beat& beat = *news.beat;
  Note(turn, bus_.Hear(beat, turn.now.steady), beat.from);
  // This hub knows what it says itself, and does not quarrel with another process of its id.
  if (beat.from == self_.id()) return;
  if (bus_.works()) {
    const PeerId name = bus_.name();
    bus_.Adopt(beat.bus);
    if (bus_.name() != name) map_.OnBusChange();
  }
  // What greets this hub may come before it hears itself, and nobody greets it again.
  map_news_.Hear(turn, bus_way_, news);
  // Its last word was a sign of life, too; and it may have come over a link before.
  if (LeavesBus(news)) bus_.NoteLeft(beat.from);
}

bool BusConnection::LeavesBus(const inbound::HubNews& news) const {
  const PeerId& speaker = news.beat->from;
  const auto known = map_.others().find(speaker);
  return known != map_.others().end() && !known->second->bus.has_value() &&
         std::any_of(news.hubs.begin(), news.hubs.end(),
                     [&](const SharedNode& node) { return node->id == speaker; });
}

void BusConnection::HearFrame(Turn& turn, const inbound::HubFrame& frame) {
  const PeerId& speaker = frame.via.empty() ? frame.from : frame.via.back();
  if (speaker == self_.id()) return;
  Note(turn, bus_.HearFrom(speaker, turn.now.steady), speaker);
  if (bus_.works()) frames_.Hear(turn, bus_way_, frame);
}

void BusConnection::Note(Turn& turn, Bus::Heard heard, const PeerId& hub) {
  switch (heard) {
    case Bus::Heard::kKnown:
    case Bus::Heard::kNothing:
      return;
    case Bus::Heard::kNewcomer:
      map_news_.Greet(hub);
      return map_.OnBusChange();
    case Bus::Heard::kWorks:
      GoUp(turn);
      [[fallthrough]];
    case Bus::Heard::kEcho:
      turn.counters.bus_echo.Observe(Seconds(bus_.echo()));
  }
}

void BusConnection::GoUp(Turn& turn) {
  state_.since = turn.now.unix_ms;
  state_.away_until.reset();
  state_.end.clear();
  turn.Emit(BusUp{state_.server, state_.max_payload});
  map_.OnBusChange();
  reach_.OnBusUp(turn);
}

void BusConnection::GoDown(Turn& turn, std::string why) {
  state_.since = turn.now.unix_ms;
  state_.end = why;
  turn.Emit(BusDown{std::move(why)});
  map_.OnBusChange();
  reach_.OnBusDown();
}

void BusConnection::Tend(Turn& turn) {
  const SteadyTime now = turn.now.steady;
  if (MayAttach() && state_.away_until.value_or(now) <= now) {
    // Whoever comes back looks first.
    const SteadyTime beat = now + (state_.away_until.has_value() ? kLook : Duration());
    bus_.Attach(now, beat, state_.max_payload);
  }
  if (!bus_.attached()) return;
  const bool still_away = state_.away_until.has_value() && bus_.HasNamesake(now);
  if (still_away || bus_.IsOutranked(now)) return KeepAway(turn);
  const bool worked = bus_.works();
  if (bus_.Judge(now)) map_.OnBusChange();
  if (worked && !bus_.works()) {
    GoDown(turn, "what this hub says there does not come back to it");
  }
  if (bus_.IsWorthHangingUp(now)) {
    bus_.Detach(now);
    state_.connected = false;
    state_.hung_up = true;
    turn.effects.push_back(HangUpBus{});
    return;
  }
  if (bus_.BeatDue(now)) bus_way_.SayBeat(turn);
}

void BusConnection::KeepAway(Turn& turn) {
  turn.Count(Reason::kHubIdTaken);
  const bool is_new = !state_.away_until.has_value();
  state_.away_until = turn.now.steady + kKeepAway;
  bus_.KeepAway(turn.now.steady, *state_.away_until);
  if (is_new) {
    GoDown(turn,
           "hub_id_taken: another process on the bus has the id of this hub, so this hub left it; "
           "give each hub an id of its own");
  }
}

std::optional<BusRecord> BusConnection::Describe() const {
  if (!options_.bus.on) return std::nullopt;
  BusRecord record;
  record.up = bus_.works();
  record.server = state_.server;
  record.since = state_.since;
  record.hubs = bus_.heard().size();
  record.echo = bus_.echo();
  record.end = self_.is_stopped() ? "signaling is stopped" : state_.end;
  record.counts = bus_way_.counts;
  return record;
}

}  // namespace pigeonhub
