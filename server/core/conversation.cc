// SPDX-License-Identifier: Apache-2.0
#include "server/core/conversation.h"

#include <algorithm>
#include <utility>

namespace pigeonhub {
namespace {

size_t SizeOf(const mesh::Op& op) {
  constexpr size_t kEnvelope = 128;
  if (const auto* join = std::get_if<mesh::Join>(&op)) {
    return kEnvelope + (join->members == nullptr ? 0 : join->members->size());
  }
  if (const auto* signal = std::get_if<mesh::Signal>(&op)) {
    return kEnvelope + signal->payload.text.size();
  }
  if (const auto* leave = std::get_if<mesh::Leave>(&op)) {
    return kEnvelope + leave->payload.text.size();
  }
  return kEnvelope;
}

}  // namespace

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
  said_again_to_ = unheard_to_ = 0;
}

void Conversation::BeginAnew() {
  // Nobody has heard these yet.
  std::deque<mesh::Op> urgent = std::move(urgent_);
  StartOver();
  urgent_ = std::move(urgent);
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
  const auto add = [&](mesh::Op op) {
    bytes += SizeOf(op);
    body->ops.push_back(std::move(op));
  };
  while (!urgent_.empty() && has_room() && unacked_.size() < kMostUnacked) {
    add(std::move(urgent_.front()));
    urgent_.pop_front();
  }
  while (!waiting_.empty() && has_room() && unacked_.size() < kWindow) {
    Waiting& first = waiting_.front();
    if (first.peers.empty()) {
      add(std::move(first.op));
    } else {
      if (auto join = find(first.peers[first.next])) add(*std::move(join));
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
      unacked_.pop_front();
      progress = true;
    }
    if (progress) {
      acked_any_ = true;
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

std::optional<SteadyTime> Conversation::NextDeadline() const {
  if (!resend_at_.has_value()) return ack_at_;
  if (!ack_at_.has_value()) return resend_at_;
  return std::min(*resend_at_, *ack_at_);
}

}  // namespace pigeonhub
