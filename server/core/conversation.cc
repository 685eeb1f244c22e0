// SPDX-License-Identifier: Apache-2.0
#include "server/core/conversation.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "server/core/overloaded.h"

namespace pigeonhub {
namespace {

// Keys, ids and numbers of an operation.
constexpr size_t kBareOp = 200;

// As a JSON string. Names have no control characters, so that an escape takes two bytes; a reason
// may have some, which take six.
size_t NameSize(const SharedText& name) { return name == nullptr ? 0 : 2 * name->size(); }
size_t ReasonSize(const std::string& reason) { return 6 * reason.size(); }

size_t SizeOfBody(const mesh::Body& body) {
  size_t size = 0;
  for (const mesh::Op& op : body.ops) size += Conversation::SizeOf(op);
  return size;
}

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
          [](const auto&) { return size_t{0}; },
      },
      op);
  return kBareOp + variable;
}

void Conversation::StartOver() {
  stream_ = (random_.Next() >> 11) | 1;
  last_seq_ = 0;
  acked_any_ = false;
  unacked_.clear();
  urgent_.clear();
  waiting_.clear();
  listed_ = 0;
  fell_behind_ = false;
  resend_at_.reset();
  resend_wait_ = kResend;
  said_in_vain_ = 0;
  said_again_to_ = unheard_to_ = 0;
}

void Conversation::BeginAnew() {
  // Nobody has heard these yet.
  std::deque<mesh::Op> urgent = std::move(urgent_);
  StartOver();
  urgent_ = std::move(urgent);
}

size_t Conversation::largest_unacked() const {
  size_t largest = 0;
  for (const auto& body : unacked_) largest = std::max(largest, SizeOfBody(*body));
  return largest;
}

bool Conversation::IsStuck(SteadyTime now, bool at_once) const {
  const bool due = at_once || (resend_at_.has_value() && *resend_at_ <= now);
  return due && said_in_vain_ >= kMostInVain && SizeOfBody(*unacked_.front()) > kMostBytes;
}

std::vector<mesh::Signal> Conversation::BeginSmaller() {
  room_.body = std::min(room_.body, std::max(largest_unacked() / 2, kSmallestBody));
  std::vector<mesh::Signal> lost;
  const auto lose = [&](const mesh::Op& op) {
    if (const auto* signal = std::get_if<mesh::Signal>(&op)) lost.push_back(*signal);
  };
  for (const auto& body : unacked_) std::for_each(body->ops.begin(), body->ops.end(), lose);
  for (const mesh::Op& op : urgent_) {
    if (!Fits(op)) lose(op);
  }
  std::erase_if(urgent_, [&](const mesh::Op& op) { return !Fits(op); });
  BeginAnew();
  return lost;
}

void Conversation::SayJoins(std::vector<PeerId> peers) {
  if (!peers.empty()) Wait({mesh::Want{}, std::move(peers), 0});
}

void Conversation::Wait(Waiting waiting) {
  if (fell_behind_) return;
  listed_ += waiting.peers.size();
  waiting_.push_back(std::move(waiting));
  if (waiting_.size() <= room_.ops && listed_ <= room_.listed) return;
  fell_behind_ = true;
  waiting_ = {};
  listed_ = 0;
}

std::shared_ptr<const mesh::Body> Conversation::NextBody(SteadyTime now, const FindJoin& find) {
  if (fell_behind_) return nullptr;
  auto body = std::make_shared<mesh::Body>();
  size_t bytes = 0;
  const auto has_room = [&] { return body->ops.size() < kMostOps && bytes < kMostBytes; };
  // False if it has to wait for the next body. One that fits none has a body of its own.
  const auto add = [&](mesh::Op& op) {
    const size_t size = SizeOf(op);
    if (!body->ops.empty() && bytes + size > room_.body) return false;
    bytes += size;
    body->ops.push_back(std::move(op));
    return true;
  };
  while (!urgent_.empty() && has_room() && unacked_.size() < kMostUnacked) {
    if (!add(urgent_.front())) break;
    urgent_.pop_front();
  }
  while (!waiting_.empty() && has_room() && unacked_.size() < kWindow) {
    Waiting& first = waiting_.front();
    if (first.peers.empty()) {
      if (!add(first.op)) break;
    } else {
      if (auto join = find(first.peers[first.next])) {
        mesh::Op op = *std::move(join);
        if (!add(op)) break;
      }
      --listed_;
      if (++first.next < first.peers.size()) continue;
    }
    waiting_.pop_front();
  }
  if (body->ops.empty()) return nullptr;
  body->stream = stream_;
  body->seq = ++last_seq_;
  body->ack_stream = heard_stream_;
  body->ack = heard_seq_;
  AckWasSent();
  if (unacked_.empty()) resend_at_ = now + resend_wait_;
  unacked_.push_back(body);
  return body;
}

std::vector<std::shared_ptr<const mesh::Body>> Conversation::TakeResends(SteadyTime now,
                                                                         bool at_once) {
  std::vector<std::shared_ptr<const mesh::Body>> again;
  if (unacked_.empty() || !resend_at_.has_value() || (!at_once && *resend_at_ > now)) return again;
  const size_t count = std::min(unacked_.size(), 2 * kWindow);
  for (size_t i = 0; i < count; ++i) again.push_back(Refreshed(unacked_[i]));
  ++said_in_vain_;
  said_again_to_ = again.back()->seq;
  unheard_to_ = last_seq_;
  AckWasSent();
  resend_wait_ = std::min(resend_wait_ * 2, kLongestResend);
  resend_at_ = now + resend_wait_;
  return again;
}

std::shared_ptr<const mesh::Body> Conversation::Refreshed(
    const std::shared_ptr<const mesh::Body>& body) const {
  if (body->ack_stream == heard_stream_ && body->ack == heard_seq_) return body;
  auto fresh = std::make_shared<mesh::Body>(*body);
  fresh->ack_stream = heard_stream_;
  fresh->ack = heard_seq_;
  return fresh;
}

std::shared_ptr<const mesh::Body> Conversation::TakeAck(SteadyTime now) {
  if (!ack_at_.has_value() || *ack_at_ > now) return nullptr;
  auto body = std::make_shared<mesh::Body>();
  body->stream = stream_;
  body->ack_stream = heard_stream_;
  body->ack = heard_seq_;
  body->again = missing_;
  AckWasSent();
  return body;
}

void Conversation::AckWasSent() {
  ack_at_.reset();
  to_ack_ = 0;
  missing_ = false;
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
      unacked_.pop_front();
      progress = true;
    }
    if (progress) {
      acked_any_ = true;
      said_in_vain_ = 0;
      resend_wait_ = kResend;
      resend_at_ = now + resend_wait_;
    }
    if (unacked_.empty()) {
      resend_at_.reset();
    } else if (body.again) {
      resend_at_ = now;
    } else if (progress && body.ack >= said_again_to_ && body.ack < unheard_to_) {
      resend_at_ = now;  // the next piece of what was lost
    }
  } else if (acked_any_) {
    // Unless this is only an old one that comes late.
    heard.start_over = body.seq == 0 || body.stream != heard_stream_ || body.seq > heard_seq_;
  }
  if (body.seq == 0) return heard;

  if (body.stream != heard_stream_) {
    if (body.seq != 1) {
      // From before we knew it, or from a life of it that is over.
      ack_at_ = now;
      return heard;
    }
    heard.fresh = true;
    heard_stream_ = body.stream;
    heard_seq_ = 0;
  }
  if (body.seq != heard_seq_ + 1) {
    missing_ = missing_ || body.seq > heard_seq_ + 1;
    const SteadyTime soon = now + kAckDelay;
    if (!ack_at_.has_value() || *ack_at_ > soon) ack_at_ = soon;
    return heard;
  }
  heard_seq_ = body.seq;
  heard.accepted = true;
  ++to_ack_;
  if (to_ack_ >= kAckEvery) {
    ack_at_ = now;
  } else if (!ack_at_.has_value()) {
    ack_at_ = now + kAckDelay;
  }
  return heard;
}

std::vector<mesh::Signal> Conversation::UnheardSignals() const {
  std::vector<mesh::Signal> signals;
  const auto add = [&](const mesh::Op& op) {
    if (const auto* signal = std::get_if<mesh::Signal>(&op)) signals.push_back(*signal);
  };
  for (const auto& body : unacked_) std::for_each(body->ops.begin(), body->ops.end(), add);
  std::for_each(urgent_.begin(), urgent_.end(), add);
  return signals;
}

std::optional<SteadyTime> Conversation::NextDeadline() const {
  if (!resend_at_.has_value()) return ack_at_;
  if (!ack_at_.has_value()) return resend_at_;
  return std::min(*resend_at_, *ack_at_);
}

}  // namespace pigeonhub
