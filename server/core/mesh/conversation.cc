// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/conversation.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "server/core/overloaded.h"

namespace pigeonhub {
namespace {

// Keys, ids and numbers of an operation.
constexpr size_t kBareOp = 200;
// What a ban has beside that.
constexpr size_t kBareBanTold = 80;

// As a JSON string. Names have no control characters, so that an escape takes two bytes; a reason
// may have some, which take six.
size_t NameSize(const SharedText& name) { return name == nullptr ? 0 : 2 * name->size(); }
size_t ReasonSize(const std::string& reason) { return 6 * reason.size(); }

// What a signal costs beside its payload, at most.
constexpr size_t kBareSignal = 512;

size_t HeldBy(const mesh::Signal& signal) { return kBareSignal + signal.payload.held(); }

}  // namespace

size_t Conversation::SizeOf(const mesh::Op& op) {
  const size_t variable = std::visit(
      Overloaded{
          [](const mesh::Want& want) { return NameSize(want.network); },
          [](const mesh::Unwant& unwant) { return NameSize(unwant.network); },
          [](const mesh::Listing& listing) { return NameSize(listing.network); },
          [](const mesh::Listed& listed) { return NameSize(listed.network); },
          [](const mesh::Nobody& nobody) { return NameSize(nobody.network); },
          [](const mesh::Join& join) {
            return NameSize(join.network) + (join.members == nullptr ? 0 : join.members->size());
          },
          [](const mesh::Leave& leave) {
            return NameSize(leave.network) + ReasonSize(leave.reason) + leave.payload.text.size();
          },
          [](const mesh::Signal& signal) {
            return NameSize(signal.network) + signal.payload.text.size();
          },
          [](const mesh::BanTold& told) {
            const BanTarget& target = told.ban->target;
            return kBareBanTold +
                   2 * (target.value.size() + target.issuer.size() + told.ban->reason.size());
          },
          [](const auto&) { return size_t{0}; },
      },
      op);
  return kBareOp + variable;
}

size_t SizeOfBody(const mesh::Body& body) {
  size_t size = 0;
  for (const mesh::Op& op : body.ops) size += Conversation::SizeOf(op);
  return size;
}

void Conversation::StartOver() {
  stream_ = streams_.Take();
  last_seq_ = 0;
  acked_any_ = false;
  unacked_.clear();
  backlog_.urgent.clear();
  backlog_.signals.Clear();
  backlog_.waiting.clear();
  backlog_.listed = 0;
  backlog_.fell_behind = false;
  resending_.at.reset();
  resending_.wait = kResend;
  resending_.in_vain = resending_.cut_off = 0;
  resending_.again_to = resending_.unheard_to = 0;
  resending_.again_next = 1;
}

std::vector<mesh::Signal> Conversation::BeginAnew() {
  std::vector<mesh::Signal> lost;
  for (const auto& body : unacked_) {
    for (const mesh::Op& op : body->ops) {
      if (const auto* signal = std::get_if<mesh::Signal>(&op)) lost.push_back(*signal);
    }
    Release(*body);
  }
  // Nobody has heard these yet.
  std::deque<mesh::Op> urgent = std::move(backlog_.urgent);
  FairQueue<mesh::Signal> signals = std::move(backlog_.signals);
  StartOver();
  backlog_.urgent = std::move(urgent);
  backlog_.signals = std::move(signals);
  return lost;
}

size_t Conversation::largest_unacked() const {
  size_t largest = 0;
  for (const auto& body : unacked_) largest = std::max(largest, SizeOfBody(*body));
  return largest;
}

bool Conversation::IsStuck(SteadyTime now, bool at_once) const {
  const bool due = at_once || (resending_.at.has_value() && *resending_.at <= now);
  return due && resending_.in_vain >= kMostInVain && SizeOfBody(*unacked_.front()) > kMostBytes;
}

std::vector<mesh::Signal> Conversation::BeginSmaller() {
  backlog_.room.body = std::min(backlog_.room.body, std::max(largest_unacked() / 2, kSmallestBody));
  std::vector<mesh::Signal> lost = BeginAnew();
  for (mesh::Signal& signal :
       backlog_.signals.TakeIf([this](const mesh::Signal& one) { return !Fits(one); })) {
    lost.push_back(std::move(signal));
  }
  return lost;
}

std::vector<mesh::Signal> Conversation::SaySignal(mesh::Signal signal) {
  const PeerId sender = signal.from;
  const size_t bytes = HeldBy(signal);
  return backlog_.signals.Add(sender, std::move(signal), bytes);
}

void Conversation::Release(const mesh::Body& body) {
  for (const mesh::Op& op : body.ops) {
    const auto* signal = std::get_if<mesh::Signal>(&op);
    if (signal != nullptr) backlog_.signals.Release(signal->from, HeldBy(*signal));
  }
}

void Conversation::SayJoins(std::vector<PeerId> peers) {
  if (!peers.empty()) Wait({mesh::Want{}, std::move(peers), 0});
}

void Conversation::Wait(Waiting waiting) {
  if (backlog_.fell_behind) return;
  backlog_.listed += waiting.peers.size();
  backlog_.waiting.push_back(std::move(waiting));
  if (backlog_.waiting.size() <= backlog_.room.ops && backlog_.listed <= backlog_.room.listed)
    return;
  backlog_.fell_behind = true;
  backlog_.waiting = {};
  backlog_.listed = 0;
}

bool Conversation::has_more() const {
  if (!unacked_.empty() && resending_.again_next <= resending_.again_to) return true;
  if (backlog_.fell_behind) return false;
  return (!backlog_.urgent.empty() && unacked_.size() < kMostUnacked) || may_say_signals() ||
         (!backlog_.waiting.empty() && unacked_.size() < kWindow);
}

bool Conversation::may_say_signals() const {
  // Half the room stays for those who wait: what is under way cannot give way to them.
  return !backlog_.signals.empty() && unacked_.size() < kMostUnacked &&
         backlog_.signals.taken() <= backlog_.room.signals / 2;
}

std::shared_ptr<const mesh::Body> Conversation::NextBody(SteadyTime now, const FindJoin& find) {
  if (auto again = NextAgain()) return again;
  if (backlog_.fell_behind) return nullptr;
  auto body = std::make_shared<mesh::Body>();
  size_t bytes = 0;
  const auto has_room = [&] { return body->ops.size() < kMostOps && bytes < kMostBytes; };
  // One that fits no body has one of its own.
  const auto fits = [&](const mesh::Op& op) {
    return body->ops.empty() || bytes + SizeOf(op) <= backlog_.room.body;
  };
  const auto add = [&](mesh::Op&& op) {
    bytes += SizeOf(op);
    body->ops.push_back(std::move(op));
  };
  while (!backlog_.urgent.empty() && has_room() && unacked_.size() < kMostUnacked) {
    if (!fits(backlog_.urgent.front())) break;
    add(std::move(backlog_.urgent.front()));
    backlog_.urgent.pop_front();
  }
  while (has_room() && may_say_signals()) {
    if (!fits(backlog_.signals.front())) break;
    add(backlog_.signals.Take());
  }
  while (!backlog_.waiting.empty() && has_room() && unacked_.size() < kWindow) {
    Waiting& first = backlog_.waiting.front();
    if (first.peers.empty()) {
      if (!fits(first.op)) break;
      add(std::move(first.op));
    } else {
      if (auto join = find(first.peers[first.next])) {
        mesh::Op op = *std::move(join);
        if (!fits(op)) break;
        add(std::move(op));
      }
      --backlog_.listed;
      if (++first.next < first.peers.size()) continue;
    }
    backlog_.waiting.pop_front();
  }
  if (body->ops.empty()) return nullptr;
  body->stream = stream_;
  body->seq = ++last_seq_;
  body->ack_stream = hearing_.stream;
  body->ack = hearing_.seq;
  AckWasSent();
  if (unacked_.empty()) resending_.at = now + resending_.wait;
  unacked_.push_back(body);
  return body;
}

void Conversation::SayAgainWhenDue(SteadyTime now, bool at_once) {
  if (unacked_.empty() || !resending_.at.has_value() || (!at_once && *resending_.at > now)) return;
  resending_.at = now + resending_.wait;
  // While the link has no room for what is said again already, more of it would not help.
  if (!at_once && resending_.again_next <= resending_.again_to) return;
  resending_.again_next = unacked_.front()->seq;
  resending_.again_to = unacked_[std::min(unacked_.size(), 2 * kWindow) - 1]->seq;
  resending_.unheard_to = last_seq_;
  resending_.wait = std::min(resending_.wait * 2, kLongestResend);
  resending_.at = now + resending_.wait;
}

std::shared_ptr<const mesh::Body> Conversation::NextAgain() {
  if (unacked_.empty()) return nullptr;
  const uint64_t first = unacked_.front()->seq;
  resending_.again_next = std::max(resending_.again_next, first);
  if (resending_.again_next > resending_.again_to) return nullptr;
  if (resending_.again_next == first) ++resending_.in_vain;
  AckWasSent();
  return Refreshed(unacked_[resending_.again_next++ - first]);
}

std::shared_ptr<const mesh::Body> Conversation::Refreshed(
    const std::shared_ptr<const mesh::Body>& body) const {
  if (body->ack_stream == hearing_.stream && body->ack == hearing_.seq) return body;
  auto fresh = std::make_shared<mesh::Body>(*body);
  fresh->ack_stream = hearing_.stream;
  fresh->ack = hearing_.seq;
  return fresh;
}

std::shared_ptr<const mesh::Body> Conversation::TakeAck(SteadyTime now) {
  if (!hearing_.ack_at.has_value() || *hearing_.ack_at > now) return nullptr;
  auto body = std::make_shared<mesh::Body>();
  body->stream = stream_;
  body->ack_stream = hearing_.stream;
  body->ack = hearing_.seq;
  body->again = hearing_.missing;
  AckWasSent();
  return body;
}

void Conversation::AckWasSent() {
  hearing_.ack_at.reset();
  hearing_.to_ack = 0;
  hearing_.missing = false;
}

Conversation::Heard Conversation::Hear(SteadyTime now, const mesh::Body& body) {
  Heard heard;
  if (body.ack_stream == stream_) {
    bool progress = false;
    while (!unacked_.empty() && unacked_.front()->seq <= body.ack) {
      for (const mesh::Op& op : unacked_.front()->ops) {
        const auto* signal = std::get_if<mesh::Signal>(&op);
        if (signal != nullptr) ++heard.signals[static_cast<size_t>(signal->type)];
      }
      Release(*unacked_.front());
      unacked_.pop_front();
      progress = true;
    }
    if (progress) {
      acked_any_ = true;
      resending_.again_next = std::max(resending_.again_next, body.ack + 1);
      resending_.in_vain = resending_.cut_off = 0;
      resending_.wait = kResend;
      resending_.at = now + resending_.wait;
    }
    if (unacked_.empty()) {
      resending_.at.reset();
    } else if (body.again) {
      resending_.at = now;
    } else if (progress && body.ack >= resending_.again_to && body.ack < resending_.unheard_to) {
      resending_.at = now;  // the next piece of what was lost
    }
  } else if (acked_any_) {
    // Unless this is only an old one that comes late.
    heard.start_over = body.seq == 0 || body.stream != hearing_.stream || body.seq > hearing_.seq;
  }
  if (body.seq == 0) return heard;

  if (body.stream != hearing_.stream) {
    if (body.seq != 1) {
      // From before we knew it, or from a life of it that is over.
      hearing_.ack_at = now;
      return heard;
    }
    heard.fresh = true;
    hearing_.stream = body.stream;
    hearing_.seq = 0;
  }
  if (body.seq != hearing_.seq + 1) {
    hearing_.missing = hearing_.missing || body.seq > hearing_.seq + 1;
    const SteadyTime soon = now + kAckDelay;
    if (!hearing_.ack_at.has_value() || *hearing_.ack_at > soon) hearing_.ack_at = soon;
    return heard;
  }
  hearing_.seq = body.seq;
  heard.accepted = true;
  ++hearing_.to_ack;
  if (hearing_.to_ack >= kAckEvery) {
    hearing_.ack_at = now;
  } else if (!hearing_.ack_at.has_value()) {
    hearing_.ack_at = now + kAckDelay;
  }
  return heard;
}

std::vector<mesh::Signal> Conversation::UnheardSignals() const {
  std::vector<mesh::Signal> signals;
  const auto add = [&](const mesh::Op& op) {
    if (const auto* signal = std::get_if<mesh::Signal>(&op)) signals.push_back(*signal);
  };
  for (const auto& body : unacked_) std::for_each(body->ops.begin(), body->ops.end(), add);
  backlog_.signals.ForEachWaiting([&](const mesh::Signal& signal) { signals.push_back(signal); });
  return signals;
}

std::optional<SteadyTime> Conversation::NextDeadline() const {
  if (!resending_.at.has_value()) return hearing_.ack_at;
  if (!hearing_.ack_at.has_value()) return resending_.at;
  return std::min(*resending_.at, *hearing_.ack_at);
}

}  // namespace pigeonhub
