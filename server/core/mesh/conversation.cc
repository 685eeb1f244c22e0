// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/conversation.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "server/core/deadlines.h"
#include "server/core/overloaded.h"

namespace pigeonhub {
namespace {

// Keys, ids and numbers of an operation.
constexpr size_t kBareOp = 200;
// What a ban has beside that.
constexpr size_t kBareBanTold = 80;
// What a step of a handshake, or a question for such, has.
constexpr size_t kBareTrace = 300;

// As a JSON string. Names have no control characters, so that an escape takes two bytes; a reason
// may have some, which take six.
size_t NameSize(const SharedText& name) { return name == nullptr ? 0 : 2 * name->size(); }
size_t SizeInBase64(const SharedText& bytes) {
  return bytes == nullptr ? 0 : (bytes->size() + 2) / 3 * 4;
}
size_t ReasonSize(const std::string& reason) { return 6 * reason.size(); }

// What a signal costs beside its payload, at most.
constexpr size_t kBareSignal = 512;

size_t HeldBy(const mesh::Signal& signal) { return kBareSignal + signal.payload.held(); }

}  // namespace

size_t SizeOfOp(const mesh::Op& op) {
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
          [](const mesh::Ask& ask) { return SizeInBase64(ask.bytes); },
          [](const mesh::Reply& reply) { return SizeInBase64(reply.bytes) + reply.refusal.size(); },
          [](const mesh::TraceAsked& asked) {
            return kBareTrace + 2 * asked.filter.network.size();
          },
          [](const mesh::SharedTraceStep& step) { return kBareTrace + NameSize(step->network); },
          [](const auto&) { return size_t{0}; },
      },
      op);
  return kBareOp + variable;
}

size_t SizeOfBody(const mesh::Body& body) {
  size_t size = 0;
  for (const mesh::Op& op : body.ops) size += SizeOfOp(op);
  return size;
}

// A body in the making.
class Conversation::Draft {
 public:
  explicit Draft(size_t most_bytes) : most_bytes_(most_bytes) {}

  bool empty() const { return body_->ops.empty(); }
  bool has_news() const { return has_news_; }
  size_t bytes() const { return bytes_; }
  // Whether it is short enough for another one.
  bool HasRoom() const { return body_->ops.size() < kMostOps && bytes_ < kMostBytes; }
  // One that fits no body has one of its own.
  bool Fits(const mesh::Op& op) const { return empty() || bytes_ + SizeOfOp(op) <= most_bytes_; }
  void Add(mesh::Op&& op) {
    bytes_ += SizeOfOp(op);
    body_->ops.push_back(std::move(op));
  }
  void NoteNews() { has_news_ = true; }
  std::shared_ptr<mesh::Body> TakeBody() { return std::move(body_); }

 private:
  const size_t most_bytes_;
  std::shared_ptr<mesh::Body> body_ = std::make_shared<mesh::Body>();
  size_t bytes_ = 0;
  bool has_news_ = false;
};

void Conversation::Touch() {
  if (on_touched_ == nullptr || std::exchange(touched_, true)) return;
  on_touched_();
}

void Conversation::StartOver() {
  Touch();
  speaking_ = {streams_.Take()};
  unacked_.clear();
  under_way_ = {};
  backlog_.urgent.clear();
  backlog_.signals.Clear();
  backlog_.waiting.clear();
  backlog_.text = 0;
  backlog_.listed = 0;
  backlog_.went_ahead.clear();
  backlog_.news_at = SteadyTime();
  backlog_.fell_behind = false;
  resending_.at.reset();
  resending_.wait = kResend;
  resending_.in_vain = resending_.cut_off = 0;
  resending_.again_to = resending_.unheard_to = 0;
  resending_.again_next = 1;
}

std::vector<mesh::Signal> Conversation::BeginAnew() {
  std::vector<mesh::Signal> lost;
  for (const Said& said : unacked_) {
    for (const mesh::Op& op : said.body->ops) {
      if (const auto* signal = std::get_if<mesh::Signal>(&op)) lost.push_back(*signal);
    }
    Release(*said.body);
  }
  // Nobody has heard these yet.
  std::deque<mesh::Op> urgent = std::move(backlog_.urgent);
  FairQueue<mesh::Signal> signals = std::move(backlog_.signals);
  StartOver();
  backlog_.urgent = std::move(urgent);
  backlog_.signals = std::move(signals);
  return lost;
}

std::vector<mesh::Signal> Conversation::TakeSignals() {
  Touch();
  std::vector<mesh::Signal> taken;
  for (Said& said : unacked_) {
    auto rest = std::make_shared<mesh::Body>(*said.body);
    std::erase_if(rest->ops, [&](const mesh::Op& op) {
      const auto* signal = std::get_if<mesh::Signal>(&op);
      if (signal != nullptr) taken.push_back(*signal);
      return signal != nullptr;
    });
    if (rest->ops.size() == said.body->ops.size()) continue;
    Release(*said.body);
    under_way_.bytes -= said.bytes;
    said.bytes = SizeOfBody(*rest);
    under_way_.bytes += said.bytes;
    said.body = std::move(rest);
  }
  for (mesh::Signal& signal : backlog_.signals.TakeIf([](const mesh::Signal&) { return true; })) {
    taken.push_back(std::move(signal));
  }
  return taken;
}

size_t Conversation::largest_unacked() const {
  size_t largest = 0;
  for (const Said& said : unacked_) largest = std::max(largest, said.bytes);
  return largest;
}

bool Conversation::IsStuck(SteadyTime now, bool at_once) const {
  const bool due = at_once || (resending_.at.has_value() && *resending_.at <= now);
  return due && resending_.in_vain >= kMostInVain && unacked_.front().bytes > kMostBytes;
}

std::vector<mesh::Signal> Conversation::BeginSmaller() {
  backlog_.room.body = std::min(backlog_.room.body, std::max(largest_unacked() / 2, kSmallestBody));
  return BeginWithinPipe();
}

std::vector<mesh::Signal> Conversation::BeginWithinPipe() {
  std::vector<mesh::Signal> lost = BeginAnew();
  for (mesh::Signal& signal :
       backlog_.signals.TakeIf([this](const mesh::Signal& one) { return !Fits(one); })) {
    lost.push_back(std::move(signal));
  }
  return lost;
}

std::vector<mesh::Signal> Conversation::SaySignal(mesh::Signal signal) {
  Touch();
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
  Touch();
  if (backlog_.fell_behind) return;
  backlog_.listed += waiting.peers.size();
  if (waiting.peers.empty()) waiting.text = SizeOfOp(waiting.op);
  backlog_.text += waiting.text;
  backlog_.waiting.push_back(std::move(waiting));
  if (backlog_.waiting.size() <= backlog_.room.ops && backlog_.listed <= backlog_.room.listed)
    return;
  backlog_.fell_behind = true;
  backlog_.waiting = {};
  backlog_.listed = 0;
  backlog_.text = 0;
}

bool Conversation::Fits(const mesh::Op& op) const { return SizeOfOp(op) <= largest_body(); }

bool Conversation::SetPipe(const Pipe& pipe) {
  pipe_ = pipe;
  return largest_unacked() > pipe_.body;
}

bool Conversation::HasMore(SteadyTime now) const {
  if (!unacked_.empty() && resending_.again_next <= resending_.again_to) return true;
  if (backlog_.fell_behind) return false;
  return may_say_urgent() || may_say_signals() || (may_say_news() && IsTimeForNews(now));
}

bool Conversation::may_say_signals() const {
  // Half the room stays for those who wait: what is under way cannot give way to them.
  return !backlog_.signals.empty() && unacked_.size() < kMostUnacked &&
         under_way_.bytes < pipe_.unacked && backlog_.signals.taken() <= backlog_.room.signals / 2;
}

bool Conversation::IsTimeForNews(SteadyTime now) const {
  const bool has_list = backlog_.listed > 0 || backlog_.waiting.size() >= kMostOps;
  const bool owes_ack = hearing_.ack_at.has_value() && *hearing_.ack_at <= now;
  return backlog_.news_at <= now || has_list || owes_ack || may_say_urgent() || may_say_signals();
}

std::shared_ptr<const mesh::Body> Conversation::NextBody(SteadyTime now, const FindJoin& find) {
  if (auto again = NextAgain()) return again;
  if (backlog_.fell_behind) return nullptr;
  const bool with_news = IsTimeForNews(now);
  Draft draft(largest_body());
  AddUrgent(draft);
  if (AreFewNews() && with_news) AddNews(draft, find);
  AddSignals(now, draft, find);
  if (with_news) AddNews(draft, find);
  if (draft.empty()) return nullptr;
  if (draft.has_news()) {
    ++under_way_.news;
    backlog_.news_at = now + gather_;
  }
  const std::shared_ptr<mesh::Body> body = draft.TakeBody();
  body->stream = speaking_.stream;
  body->seq = ++speaking_.seq;
  body->ack_stream = hearing_.stream;
  body->ack = hearing_.seq;
  AckWasSent();
  if (unacked_.empty()) resending_.at = now + resending_.wait + gather_;
  unacked_.push_back({body, draft.bytes(), draft.has_news()});
  under_way_.bytes += draft.bytes();
  return body;
}

void Conversation::AddUrgent(Draft& draft) {
  while (may_say_urgent() && draft.HasRoom()) {
    if (!draft.Fits(backlog_.urgent.front())) return;
    draft.Add(std::move(backlog_.urgent.front()));
    backlog_.urgent.pop_front();
  }
}

void Conversation::AddSignals(SteadyTime now, Draft& draft, const FindJoin& find) {
  while (draft.HasRoom() && may_say_signals()) {
    const mesh::Signal& next = backlog_.signals.front();
    if (!backlog_.waiting.empty() && !backlog_.went_ahead.contains(next.from)) {
      // Its join may be among what waits.
      std::optional<mesh::Join> join = find(next.from);
      if (join.has_value() && *join->network == *next.network) {
        mesh::Op op = *std::move(join);
        if (!draft.Fits(op)) return;
        draft.Add(std::move(op));
        backlog_.went_ahead.insert(next.from);
      }
    }
    if (!draft.Fits(next)) return;
    mesh::Signal signal = backlog_.signals.Take();
    if (signal.heard_us != 0) signal.sent_us = MicrosOf(now);
    draft.Add(std::move(signal));
  }
}

void Conversation::AddNews(Draft& draft, const FindJoin& find) {
  while (may_say_news() && draft.HasRoom()) {
    Waiting& first = backlog_.waiting.front();
    if (first.peers.empty()) {
      if (!draft.Fits(first.op)) return;
      const auto* leave = std::get_if<mesh::Leave>(&first.op);
      if (leave != nullptr) backlog_.went_ahead.erase(leave->peer);
      draft.Add(std::move(first.op));
      draft.NoteNews();
    } else {
      if (auto join = find(first.peers[first.next])) {
        mesh::Op op = *std::move(join);
        if (!draft.Fits(op)) return;
        draft.Add(std::move(op));
        draft.NoteNews();
      }
      --backlog_.listed;
      if (++first.next < first.peers.size()) continue;
    }
    backlog_.text -= first.text;
    backlog_.waiting.pop_front();
  }
  if (backlog_.waiting.empty()) backlog_.went_ahead.clear();
}

void Conversation::SayAgainWhenDue(SteadyTime now, bool at_once) {
  Touch();
  if (unacked_.empty() || !resending_.at.has_value() || (!at_once && *resending_.at > now)) return;
  resending_.at = now + resending_.wait + gather_;
  // While the link has no room for what is said again already, more of it would not help.
  if (!at_once && resending_.again_next <= resending_.again_to) return;
  resending_.again_next = unacked_.front().body->seq;
  resending_.again_to = unacked_[std::min(unacked_.size(), 2 * kWindow) - 1].body->seq;
  resending_.unheard_to = speaking_.seq;
  resending_.wait = std::min(resending_.wait * 2, kLongestResend);
  resending_.at = now + resending_.wait + gather_;
}

std::shared_ptr<const mesh::Body> Conversation::NextAgain() {
  if (unacked_.empty()) return nullptr;
  const uint64_t first = unacked_.front().body->seq;
  resending_.again_next = std::max(resending_.again_next, first);
  if (resending_.again_next > resending_.again_to) return nullptr;
  if (resending_.again_next == first) ++resending_.in_vain;
  AckWasSent();
  return Refreshed(unacked_[resending_.again_next++ - first].body);
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
  body->stream = speaking_.stream;
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
  Touch();
  Heard heard;
  if (body.ack_stream == speaking_.stream) {
    bool progress = false;
    while (!unacked_.empty() && unacked_.front().body->seq <= body.ack) {
      const Said& said = unacked_.front();
      for (const mesh::Op& op : said.body->ops) {
        const auto* signal = std::get_if<mesh::Signal>(&op);
        if (signal != nullptr) ++heard.signals[static_cast<size_t>(signal->type)];
      }
      Release(*said.body);
      under_way_.bytes -= said.bytes;
      if (said.has_news) --under_way_.news;
      unacked_.pop_front();
      progress = true;
    }
    if (progress) {
      speaking_.acked_any = true;
      resending_.again_next = std::max(resending_.again_next, body.ack + 1);
      resending_.in_vain = resending_.cut_off = 0;
      resending_.wait = kResend;
      resending_.at = now + resending_.wait + gather_;
    }
    if (unacked_.empty()) {
      resending_.at.reset();
    } else if (body.again) {
      resending_.at = now;
    } else if (progress && body.ack >= resending_.again_to && body.ack < resending_.unheard_to) {
      resending_.at = now;  // the next piece of what was lost
    }
  } else if (speaking_.acked_any) {
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
    hearing_.ack_at = now + std::max(kAckDelay, gather_);
  }
  return heard;
}

std::optional<SteadyTime> Conversation::NextDeadline(SteadyTime now) const {
  std::optional<SteadyTime> news_at;
  if (!backlog_.fell_behind && may_say_news() && backlog_.news_at > now) news_at = backlog_.news_at;
  return Earliest(resending_.at, hearing_.ack_at, news_at);
}

}  // namespace pigeonhub
