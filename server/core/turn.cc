// SPDX-License-Identifier: Apache-2.0

#include "server/core/turn.h"

namespace pigeonhub {
namespace {

// What is told of an id that may be anything.
constexpr size_t kMostOfAnId = 64;

Origin Shortened(const Origin& who) {
  return {who.peer.substr(0, kMostOfAnId), who.address, who.network};
}

}  // namespace

void Turn::Count(Reason reason, const Origin& who) {
  counters.of(reason).Add();
  NoteLimit(reason, LimitOf(reason), who);
}

void Turn::CountEnd(Reason reason, const Origin& who) {
  counters.ends_by(reason).Add();
  NoteLimit(reason, LimitOf(reason), who);
}

void Turn::NoteLimit(Reason reason, std::string_view limit, const Origin& who) {
  if (limit.empty()) return;
  const Origin shortened = Shortened(who);
  journal_.limit_hits_.Note(now.steady, limit, shortened.address, shortened.peer);
  if (auto news = journal_.limits_.OnHit(now.steady, reason, shortened)) {
    EmitLimit(*std::move(news));
  }
}

void Turn::Refuse(ConnectionId connection, Reason reason, const Origin& who) {
  Count(reason, who);
  Close(connection, reason);
  NoteRefusal(reason, who);
}

void Turn::NoteRefusal(Reason reason, const Origin& who) {
  if (const auto news = journal_.refusals_.OnHit(now.steady, reason, Shortened(who))) {
    EmitRefusals(*news);
  }
}

void Turn::EndBursts(SteadyTime until) {
  while (auto news = journal_.limits_.OnTime(until)) EmitLimit(*std::move(news));
  while (const auto news = journal_.refusals_.OnTime(until)) {
    // The last one of a burst may have been told when it came.
    if (news->count > 0) EmitRefusals(*news);
  }
  while (auto sample = journal_.samples_.OnTime(until)) EmitTold(*std::move(sample));
}

void Turn::EmitSample(ConnectionId peer, Samples::Sample event) {
  if (auto told = journal_.samples_.OnEvent(now.steady, peer, std::move(event))) {
    EmitTold(*std::move(told));
  }
}

void Turn::EmitRest(ConnectionId peer) {
  while (auto sample = journal_.samples_.OnGone(peer)) EmitTold(*std::move(sample));
}

void Turn::EmitTold(Samples::Sample sample) {
  std::visit([&](auto& event) { Emit(EventBody(std::move(event))); }, sample);
}

void Turn::EmitLimit(BurstNews news) {
  Emit(LimitHit{news.reason, news.count, news.total, news.lasted, news.ended,
                std::move(news.by_address), std::move(news.by_network), std::move(news.by_peer)});
}

void Turn::EmitRefusals(const BurstNews& news) {
  Emit(PeerRefused{news.peer, news.address, news.reason, news.count});
}

}  // namespace pigeonhub
