// SPDX-License-Identifier: Apache-2.0

#include "control/history/webhook.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "control/history/lag.h"
#include "server/base/masked_url.h"

namespace pigeonhub::history {
namespace {

// Events taken from the log in one go, which is the most that one receiver holds in memory.
constexpr size_t kWebhookBatch = 64;

// What a receiver answers says nothing to a hub; what is read keeps the connection.
constexpr size_t kMostAnswer = size_t{64} * 1024;

// Empty if the receiver has taken it.
std::string ProblemIn(const absl::StatusOr<web::HttpAnswer>& answer) {
  if (!answer.ok()) return std::string(answer.status().message());
  if (answer->status >= 200 && answer->status < 300) return {};
  return absl::StrCat("it answers ", answer->status,
                      answer->status >= 300 && answer->status < 400
                          ? ", and redirects are not followed; give the URL that it leads to"
                          : "");
}

}  // namespace

Webhook::Step Webhook::Deliver() {
  if (pending_.has_value() && IsPushedOut(*pending_)) {
    next_ = pending_->seq;
    batch_ = {};
    at_ = 0;
    pending_.reset();
  }
  if (!pending_.has_value() && !FindNext()) return {Outcome::kNothingToDo, {}};
  oldest_waiting_ = pending_->message.happened;
  const auto answer = setup_.post(RequestFor(pending_->message));
  if (const std::string problem = ProblemIn(answer); !problem.empty()) {
    NoteFailure(problem);
    return {Outcome::kFailed, schedule_.Fail(answer.ok() ? answer->retry_after : Duration::zero())};
  }
  next_ = pending_->after;
  missed_ += pending_->missing;
  missed_while_failing_ += pending_->missing;
  if (pending_->seq != 0) ++delivered_;
  pending_.reset();
  NoteSuccess();
  return {Outcome::kDelivered, {}};
}

bool Webhook::FindNext() {
  for (;;) {
    if (at_ == batch_.events.size()) {
      batch_ = setup_.events.Read(next_, kWebhookBatch, setup_.filter.rings());
      at_ = 0;
    }
    if (const uint64_t missing = std::exchange(batch_.lost, 0); missing > 0) {
      const Gap gap{missing, batch_.first};
      pending_ = {MessageOf(gap, setup_.source, setup_.clock.Read().unix_ms), 0, gap.resume,
                  missing};
      return true;
    }
    if (batch_.events.empty()) {
      next_ = batch_.next;
      return false;
    }
    const Event& event = batch_.events[at_++];
    if (setup_.filter.Matches(event)) {
      pending_ = {MessageOf(event, setup_.source), event.seq, event.seq + 1, 0};
      return true;
    }
    next_ = event.seq + 1;
  }
}

bool Webhook::IsPushedOut(const Pending& pending) const {
  return pending.seq != 0 &&
         setup_.events.Read(pending.seq, 0, setup_.filter.rings()).first > pending.seq;
}

web::HttpRequest Webhook::RequestFor(const WebhookMessage& message) const {
  const int64_t now = setup_.clock.Read().unix_ms / 1000;
  return {.url = setup_.url,
          .headers = {"content-type: application/json", "webhook-id: " + message.id,
                      absl::StrCat("webhook-timestamp: ", now),
                      "webhook-signature: " + setup_.keys()->Sign(message.id, now, message.body)},
          .body = message.body,
          .most_bytes = kMostAnswer,
          .body_may_fail = true};
}

void Webhook::NoteFailure(const std::string& why) {
  ++failures_;
  if (std::exchange(failing_, true)) return;
  missed_while_failing_ = 0;
  const std::string shown = MaskedUrl(setup_.url);
  setup_.log.Warn(
      "a webhook does not take events; they wait in memory, of which the oldest make room",
      {{"webhook", Whole(shown)}, {"problem", Whole(why)}});
}

void Webhook::NoteSuccess() {
  oldest_waiting_ = 0;
  schedule_.Succeed();
  if (!std::exchange(failing_, false)) return;
  const std::string shown = MaskedUrl(setup_.url);
  setup_.log.Info("the webhook takes events again",
                  {{"webhook", Whole(shown)}, {"missed", missed_while_failing_}});
}

double Webhook::lag_seconds() const { return LagSeconds(oldest_waiting_.load(), setup_.clock); }

}  // namespace pigeonhub::history
