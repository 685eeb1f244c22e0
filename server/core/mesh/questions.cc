// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/questions.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "absl/strings/str_cat.h"

namespace pigeonhub {
namespace {

// From this version on hubs answer questions.
constexpr unsigned kAnswersFrom = 2;

// Why a hub does not answer, in the words that go to the other hub.
constexpr std::string_view kBusy = "busy";
constexpr std::string_view kNotAdmitted = "not-admitted";
constexpr std::string_view kTooLong = "too-long";
constexpr std::string_view kNobody = "nobody";

absl::Status StatusOfRefusal(std::string_view word) {
  if (word == kBusy) {
    return absl::ResourceExhaustedError("it has too many questions to answer; ask again later");
  }
  if (word == kNotAdmitted) {
    return absl::PermissionDeniedError(
        "it does not answer this hub, which nobody let in there but itself: it takes a hub key, a "
        "grant, an allow list or a bootstrap address");
  }
  if (word == kTooLong) {
    return absl::ResourceExhaustedError("the answer is over 4 MiB; ask for less at once");
  }
  if (word == kNobody) return absl::UnimplementedError("it has no control API (--control-listen)");
  return absl::UnavailableError("it refused to answer");
}

absl::Status WasLost() { return absl::UnavailableError("it was lost, and no way leads to it"); }

SharedText PieceOf(const std::string& text, size_t from) {
  return std::make_shared<const std::string>(text.substr(from, Questions::kPiece));
}

}  // namespace

// ---- Commands -----------------------------------------------------------------------------------

absl::Status Questions::WhyNotToAsk(const MeshHub& hub) const {
  if (!hub.CanBeReached()) {
    return absl::UnavailableError(
        map_.SaidItsEnd(hub.id)
            ? "it left the mesh, as hubs do that stop or were drained to their end; call it at its "
              "own control address"
            : "no way leads to it now");
  }
  const auto node = map_.others().find(hub.id);
  if (node == map_.others().end() || node->second->profile.hub->mesh_version < kAnswersFrom) {
    return absl::UnimplementedError("it is of a version that answers no questions");
  }
  return absl::OkStatus();
}

absl::Status Questions::Check(const PutQuestion& command) const {
  const MeshHub* hub = mesh_hubs_.Find(command.hub);
  if (hub == nullptr) {
    return lost_hubs_.IsGivenUp(command.hub)
               ? WasLost()
               : absl::NotFoundError("no mesh hub of this id is known here");
  }
  if (command.text->size() > kMostText) {
    return absl::InvalidArgumentError("the question is over 4 MiB");
  }
  if (exchanges_.contains({command.hub, true, command.number})) {
    return absl::InvalidArgumentError("the number is that of another question");
  }
  if (absl::Status status = WhyNotToAsk(*hub); !status.ok()) return status;
  if (count_[1] >= kMostAsked || CountOf(command.hub, true) >= kMostOfOneHub ||
      bytes_[1] + command.text->size() > kMostBytes) {
    return absl::ResourceExhaustedError("this hub asks others too much already; ask again later");
  }
  return absl::OkStatus();
}

void Questions::Apply(Turn& turn, const PutQuestion& command) {
  turn.counters.questions_asked.Add();
  const Key key{command.hub, true, command.number};
  Exchange& exchange = Begin(key, turn.now.steady + command.within);
  Say(*mesh_hubs_.Find(command.hub), key, exchange, command.text);
}

absl::Status Questions::Check(const AnswerQuestion& command) const {
  const auto found = exchanges_.find({command.hub, false, command.number});
  if (found == exchanges_.end() || !found->second.heard_all || found->second.to_say != nullptr) {
    return absl::NotFoundError("nobody waits for this answer");
  }
  return absl::OkStatus();
}

void Questions::Apply(Turn& turn, const AnswerQuestion& command) {
  const auto found = exchanges_.find({command.hub, false, command.number});
  MeshHub* hub = mesh_hubs_.Find(command.hub);
  if (hub == nullptr) return End(found);
  std::string_view refusal = command.refusal;
  const size_t bytes = command.text == nullptr ? 0 : command.text->size();
  if (refusal.empty() && bytes > kMostText) refusal = kTooLong;
  if (refusal.empty() && bytes_[0] + bytes > kMostBytes) refusal = kBusy;
  if (!refusal.empty()) {
    Refuse(turn, *hub, command.number, refusal);
    return End(found);
  }
  Say(*hub, found->first, found->second,
      command.text == nullptr ? std::make_shared<const std::string>() : command.text);
}

std::vector<HubToAsk> Questions::HubsToAsk() const {
  std::vector<HubToAsk> hubs;
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    if (!hub->up) continue;  // no way ever led there: perhaps somebody invented it
    hubs.push_back({id, WhyNotToAsk(*hub), map_.HasMeshKey(id) && known_keys_.Identifies(id),
                    !hub->CanBeReached() && map_.SaidItsEnd(id)});
  }
  for (const PeerId& lost : lost_hubs_.GivenUp()) hubs.push_back({lost, WasLost()});
  std::sort(hubs.begin(), hubs.end(),
            [](const HubToAsk& one, const HubToAsk& other) { return one.hub < other.hub; });
  return hubs;
}

// ---- What other hubs say ------------------------------------------------------------------------

bool Questions::Answers(const MeshHub& hub) const {
  return map_.IsVouchedFor(hub.id) && known_keys_.Identifies(hub.id);
}

std::string_view Questions::WhyNotToHear(const MeshHub& hub) const {
  if (!Answers(hub)) return kNotAdmitted;
  const bool is_room =
      count_[0] < kMostHeard && CountOf(hub.id, false) < kMostOfOneHub && bytes_[0] < kMostBytes;
  return is_room ? std::string_view() : kBusy;
}

void Questions::Hear(Turn& turn, MeshHub& hub, const mesh::Ask& ask) {
  const Key key{hub.id, false, ask.number};
  auto found = exchanges_.find(key);
  if (found == exchanges_.end()) {
    if (ask.piece != 0) return;  // its beginning was refused
    if (const std::string_view why = WhyNotToHear(hub); !why.empty()) {
      return Refuse(turn, hub, ask.number, why);
    }
    turn.counters.questions_heard.Add();
    Begin(key, turn.now.steady + kHeardFor);
    found = exchanges_.find(key);
  }
  Exchange& exchange = found->second;
  if (exchange.heard_all || exchange.pieces_heard != ask.piece) {
    ++hub.counts.refused;
    return;
  }
  if (!Append(key, exchange, ask.bytes)) {
    End(found);
    return Refuse(turn, hub, ask.number, kTooLong);
  }
  if (!ask.last) return;
  exchange.heard_all = true;
  bytes_[0] -= exchange.heard.size();
  turn.effects.push_back(QuestionCame{
      hub.id, ask.number,
      std::make_shared<const std::string>(std::exchange(exchange.heard, std::string())),
      map_.HasMeshKey(hub.id)});
}

void Questions::Hear(Turn& turn, MeshHub& hub, const mesh::Reply& reply) {
  const Key key{hub.id, true, reply.number};
  const auto found = exchanges_.find(key);
  if (found == exchanges_.end()) return;  // it comes too late
  if (!reply.refusal.empty()) return Finish(turn, found, StatusOfRefusal(reply.refusal));
  Exchange& exchange = found->second;
  if (exchange.pieces_heard != reply.piece) {
    ++hub.counts.refused;
    return Finish(turn, found, absl::UnavailableError("a piece of its answer is missing"));
  }
  if (!Append(key, exchange, reply.bytes)) {
    return Finish(turn, found, StatusOfRefusal(kTooLong));
  }
  if (reply.last) Finish(turn, found, absl::OkStatus());
}

void Questions::BeginAnew(const MeshHub& hub) {
  const Key first{hub.id, false, 0};
  for (auto it = exchanges_.lower_bound(first);
       it != exchanges_.end() && it->first.hub == hub.id && !it->first.ours;) {
    End(it++);
  }
}

void Questions::Refuse(Turn& turn, MeshHub& hub, uint64_t number, std::string_view word) {
  turn.counters.questions_refused.Add();
  if (word == kNotAdmitted) turn.Count(Reason::kHubNotAdmitted);
  hub.talk.SayNow(mesh::Reply{number, 0, true, nullptr, std::string(word)});
}

// ---- Saying it ----------------------------------------------------------------------------------

void Questions::Say(MeshHub& hub, const Key& key, Exchange& exchange, SharedText text) {
  exchange.to_say = std::move(text);
  bytes_[key.ours] += exchange.to_say->size();
  const auto [line, is_new] = lines_.try_emplace(hub.id);
  if (is_new) line->second.stream = hub.talk.pace().stream;
  line->second.waiting.push_back(key);
  hub.talk.Touch();
}

void Questions::Speak(Turn& turn, MeshHub& hub) {
  auto found = lines_.find(hub.id);
  if (found == lines_.end()) return;
  if (found->second.stream != hub.talk.pace().stream) return GiveUp(turn, hub.id);
  Line& line = found->second;
  while (!line.waiting.empty()) {
    const Key key = line.waiting.front();
    const auto it = exchanges_.find(key);
    if (it == exchanges_.end()) {
      line.waiting.pop_front();
      continue;
    }
    Exchange& exchange = it->second;
    const Conversation::Pace pace = hub.talk.pace();
    if (exchange.pieces_said > 0 ? !pace.for_long_texts : !pace.for_texts) return;
    SharedText piece = PieceOf(*exchange.to_say, exchange.said);
    exchange.said += piece->size();
    const uint64_t number = exchange.pieces_said++;
    const bool last = exchange.said == exchange.to_say->size();
    if (key.ours) {
      hub.talk.SayNow(mesh::Ask{key.number, number, last, std::move(piece)});
    } else {
      hub.talk.SayNow(mesh::Reply{key.number, number, last, std::move(piece)});
    }
    if (!last) continue;
    line.waiting.pop_front();
    if (key.ours) {
      bytes_[1] -= exchange.to_say->size();
      exchange.to_say = nullptr;
    } else {
      // As far as this hub is concerned it is answered. The line is kept while others are.
      End(it);
      found = lines_.find(hub.id);
      if (found == lines_.end()) return;
    }
  }
}

void Questions::GiveUp(Turn& turn, const PeerId& hub) {
  for (auto it = exchanges_.lower_bound({hub, false, 0});
       it != exchanges_.end() && it->first.hub == hub;) {
    const auto one = it++;
    if (one->first.ours) {
      Finish(turn, one,
             absl::UnavailableError("the conversation with it began anew meanwhile; ask again"));
    } else if (one->second.to_say != nullptr) {
      End(one);
    }
  }
  lines_.erase(hub);
}

// ---- Bookkeeping --------------------------------------------------------------------------------

size_t Questions::CountOf(const PeerId& hub, bool ours) const {
  const auto first = exchanges_.lower_bound({hub, ours, 0});
  const auto last = ours ? exchanges_.upper_bound({hub, true, UINT64_MAX})
                         : exchanges_.lower_bound({hub, true, 0});
  return static_cast<size_t>(std::distance(first, last));
}

Questions::Exchange& Questions::Begin(const Key& key, SteadyTime until) {
  ++count_[key.ours];
  due_.insert({until, key});
  Exchange& exchange = exchanges_[key];
  exchange.until = until;
  return exchange;
}

bool Questions::Append(const Key& key, Exchange& exchange, const SharedText& bytes) {
  if (bytes == nullptr) {
    ++exchange.pieces_heard;
    return true;
  }
  if (bytes->size() > kLargestPiece || exchange.heard.size() + bytes->size() > kMostText ||
      bytes_[key.ours] + bytes->size() > kMostBytes) {
    return false;
  }
  exchange.heard += *bytes;
  bytes_[key.ours] += bytes->size();
  ++exchange.pieces_heard;
  return true;
}

void Questions::End(Exchanges::iterator exchange) {
  const Key key = exchange->first;
  --count_[key.ours];
  bytes_[key.ours] -= exchange->second.bytes();
  due_.erase({exchange->second.until, key});
  exchanges_.erase(exchange);
  const auto next = exchanges_.lower_bound({key.hub, false, 0});
  if (next == exchanges_.end() || next->first.hub != key.hub) lines_.erase(key.hub);
}

void Questions::Finish(Turn& turn, Exchanges::iterator asked, absl::Status status) {
  if (!status.ok()) turn.counters.questions_unanswered.Add();
  std::string heard;
  if (status.ok()) {
    bytes_[1] -= asked->second.heard.size();
    heard = std::exchange(asked->second.heard, std::string());
  }
  turn.effects.push_back(AnswerCame{asked->first.number, std::move(status),
                                    std::make_shared<const std::string>(std::move(heard))});
  End(asked);
}

void Questions::OnTick(Turn& turn) {
  while (!due_.empty() && due_.begin()->first <= turn.now.steady) {
    const auto overdue = exchanges_.find(due_.begin()->second);
    if (overdue->first.ours) {
      Finish(turn, overdue, absl::DeadlineExceededError("it did not answer in time"));
    } else {
      turn.counters.questions_refused.Add();
      End(overdue);
    }
  }
}

}  // namespace pigeonhub
