// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/dispatcher.h"

#include <utility>
#include <variant>

#include "absl/cleanup/cleanup.h"
#include "server/core/hub.h"
#include "server/core/message.h"
#include "server/core/peers/quiet_signals.h"

namespace pigeonhub {
namespace {

// Who read the clock later may have got the lock first: he lends the other one his time.
const Now& Later(const Now& one, const Now& other) {
  return one.steady < other.steady ? other : one;
}

}  // namespace

Dispatcher::Dispatcher(Hub& hub, const Clock& clock, EventLog& events, unsigned loops, bool has_bus)
    : clock_(clock),
      events_(events),
      loops_(loops),
      hub_mutex_(loops),
      hub_(hub),
      shards_(loops + has_bus) {}

void Dispatcher::Attach(unsigned shard, Outlet& outlet) { shards_[shard].outlet = &outlet; }

void Dispatcher::OnEarlierDeadline(std::function<void(SteadyTime)> callback) {
  on_earlier_deadline_ = std::move(callback);
}

void Dispatcher::OnDrained(std::function<void()> callback) { on_drained_ = std::move(callback); }

void Dispatcher::OnBansChanged(std::function<void()> callback) {
  on_bans_changed_ = std::move(callback);
}

void Dispatcher::OnQuestions(std::function<void(Effects)> callback) {
  on_questions_ = std::move(callback);
}

void Dispatcher::Submit(unsigned shard, const Input& input) {
  const Now now = clock_.Read();
  const auto* received = std::get_if<Received>(&input);
  if (received != nullptr && std::holds_alternative<inbound::Signal>(received->message) &&
      PassSignal(shard, *received, now)) {
    return;
  }
  Aftermath aftermath;
  {
    MutexLock lock(hub_mutex_);
    HandleLocked(now, input, aftermath).IgnoreError();
  }
  Conclude(aftermath, shard);
  Drain(shard);
}

bool Dispatcher::PassSignal(unsigned shard, const Received& input, const Now& now) {
  Shard& own = shards_[shard];
  Effects& effects = own.delivering;
  unsigned to = shard;
  bool is_to_be_woken = false;
  {
    LaneLock lock(hub_mutex_, shard);
    QuietSignals& signals = hub_.quiet_signals();
    const std::optional<QuietSignal> quiet = signals.Find(input);
    if (!quiet.has_value()) return false;
    MutexLock pair_lock(pair_mutexes_[quiet->pair_key % kPairMutexes].mutex);
    if (!signals.Pass(Later(now, now_), input, *quiet, effects)) return false;
    to = std::get<Send>(effects.front()).to.shard();
    if (to != shard) {
      is_to_be_woken = Append(to, std::move(effects.front()));
      effects.clear();
    } else if (MutexLock own_lock(own.mutex); !own.outbox.empty()) {
      own.outbox.push_back(std::move(effects.front()));
      effects.clear();
      effects.swap(own.outbox);
    }
  }
  DeliverOwn(own);
  if (is_to_be_woken) shards_[to].outlet->Wake();
  return true;
}

void Dispatcher::Drain(unsigned shard) {
  Shard& own = shards_[shard];
  {
    MutexLock lock(own.mutex);
    own.delivering.swap(own.outbox);
  }
  DeliverOwn(own);
}

void Dispatcher::DeliverOwn(Shard& own) {
  if (own.delivering.empty()) return;
  const absl::Cleanup clear = [&] { own.delivering.clear(); };
  own.outlet->Deliver(own.delivering);
}

absl::Status Dispatcher::Command(const Input& input) {
  return Command(input, [](const Hub&) {});
}

std::optional<SteadyTime> Dispatcher::RunDeadlines() {
  Aftermath aftermath;
  std::optional<SteadyTime> next;
  const Now now = clock_.Read();
  {
    MutexLock lock(hub_mutex_);
    next = hub_.NextDeadline();
    if (next.has_value() && *next <= now.steady) {
      HandleLocked(now, Tick{}, aftermath).IgnoreError();
      next = hub_.NextDeadline();
    }
    armed_ = next;
    aftermath.earlier_deadline.reset();  // the caller keeps the time and gets it as the result
  }
  Conclude(aftermath, kNoShard);
  return next;
}

absl::Status Dispatcher::HandleLocked(const Now& now, const Input& input, Aftermath& aftermath) {
  now_ = Later(now_, now);
  absl::Status answer = hub_.Handle(now_, input, scratch_);
  for (Effect& effect : scratch_) FileLocked(effect, aftermath);
  scratch_.clear();

  const std::optional<SteadyTime> next = hub_.NextDeadline();
  if (next.has_value() && (!armed_.has_value() || *next < *armed_)) {
    armed_ = aftermath.earlier_deadline = next;
  }
  return answer;
}

void Dispatcher::FileLocked(Effect& effect, Aftermath& aftermath) {
  if (Emit* emit = std::get_if<Emit>(&effect)) {
    const auto* drained = std::get_if<DrainFinished>(&emit->event.body);
    if (drained != nullptr && drained->attributes.empty()) aftermath.drained = true;
    events_.Append(std::move(emit->event));
    aftermath.emitted = true;
    return;
  }
  if (std::holds_alternative<SaveBans>(effect)) {
    aftermath.bans_changed = true;
    return;
  }
  if (std::holds_alternative<QuestionCame>(effect) || std::holds_alternative<AnswerCame>(effect)) {
    aftermath.questions.push_back(std::move(effect));
    return;
  }
  if (Broadcast* broadcast = std::get_if<Broadcast>(&effect)) {
    return FileBroadcastLocked(*broadcast, aftermath);
  }
  if (const Publish* publish = std::get_if<Publish>(&effect)) {
    if (!shards_[loops_].outlet->Takes(*publish)) return;
  }
  const unsigned shard = std::visit(
      [this](const auto& one) {
        using T = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<T, Send> || std::is_same_v<T, SendList> ||
                      std::is_same_v<T, MoreWaits>) {
          return one.to.shard();
        } else if constexpr (std::is_same_v<T, Dial> || std::is_same_v<T, CancelDial>) {
          return static_cast<unsigned>(one.dial_target.value() % loops_);
        } else if constexpr (std::is_same_v<T, Publish> || std::is_same_v<T, HangUpBus>) {
          return loops_;
        } else if constexpr (std::is_same_v<T, Emit> || std::is_same_v<T, SaveBans> ||
                             std::is_same_v<T, QuestionCame> || std::is_same_v<T, AnswerCame> ||
                             std::is_same_v<T, Broadcast>) {
          return 0u;  // filed above
        } else {
          return one.connection.shard();
        }
      },
      effect);
  AppendLocked(shard, std::move(effect), aftermath);
}

void Dispatcher::FileBroadcastLocked(Broadcast& broadcast, Aftermath& aftermath) {
  if (loops_ == 1) return AppendLocked(0, std::move(broadcast), aftermath);
  std::vector<std::vector<ConnectionId>> parts(loops_);
  for (ConnectionId to : broadcast.to) parts[to.shard()].push_back(to);
  for (unsigned shard = 0; shard < parts.size(); ++shard) {
    if (parts[shard].empty()) continue;
    AppendLocked(shard, Broadcast{std::move(parts[shard]), broadcast.timestamp, broadcast.message},
                 aftermath);
  }
}

void Dispatcher::AppendLocked(unsigned shard, Effect&& effect, Aftermath& aftermath) {
  if (Append(shard, std::move(effect))) aftermath.wake.push_back(shard);
}

bool Dispatcher::Append(unsigned shard, Effect&& effect) {
  Shard& to = shards_[shard];
  MutexLock lock(to.mutex);
  to.outbox.push_back(std::move(effect));
  return to.outbox.size() == 1;
}

void Dispatcher::Conclude(Aftermath& aftermath, unsigned own_shard) {
  for (unsigned shard : aftermath.wake) {
    if (shard != own_shard) shards_[shard].outlet->Wake();
  }
  if (aftermath.emitted) events_.Notify();
  if (aftermath.drained && on_drained_) on_drained_();
  if (aftermath.bans_changed && on_bans_changed_) on_bans_changed_();
  if (!aftermath.questions.empty() && on_questions_) {
    on_questions_(std::move(aftermath.questions));
  }
  if (aftermath.earlier_deadline.has_value() && on_earlier_deadline_) {
    on_earlier_deadline_(*aftermath.earlier_deadline);
  }
}

}  // namespace pigeonhub
