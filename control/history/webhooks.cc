// SPDX-License-Identifier: Apache-2.0

#include "control/history/webhooks.h"

#include <chrono>
#include <functional>
#include <future>
#include <set>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "control/history/event_names.h"
#include "server/base/characters.h"
#include "server/base/masked_url.h"
#include "server/base/nearest_word.h"
#include "server/base/random.h"
#include "server/runtime/pause.h"
#include "server/web/http_url.h"

namespace pigeonhub::history {
namespace {

using std::chrono::seconds;

constexpr Duration kLastWords = seconds(3);
// How long a receiver rests once it has delivered all there is, before it waits to be woken. So the
// events of a rush wake it seldom, also those that it does not deliver.
constexpr Duration kBreath = std::chrono::milliseconds(5);

bool IsSignal(v1::EventKind kind) {
  return kind == v1::EVENT_KIND_SIGNAL_RELAYED || kind == v1::EVENT_KIND_SIGNAL_DROPPED ||
         kind == v1::EVENT_KIND_BOOTSTRAP_SIGNALING;
}

absl::StatusOr<v1::EventFilter> FilterFor(const std::vector<std::string>& kinds) {
  v1::EventFilter filter;
  // Who changed what is for operators; a receiver gets it where it is asked for by name.
  if (kinds.empty()) filter.add_exclude_kinds(v1::EVENT_KIND_AUDIT);
  for (const std::string& name : kinds) {
    const auto kind = EventNamed(name);
    if (!kind.has_value()) {
      const std::string meant = DidYouMean(name, EventNames());
      return absl::InvalidArgumentError(
          absl::StrCat("--webhook-kind: \"", Displayable(name), "\" is no kind of event",
                       meant.empty() ? "; there are " + Listed(EventNames()) : meant));
    }
    if (IsSignal(*kind)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--webhook-kind: ", name,
                       " happens only while somebody watches; pigeonctl events -f shows it"));
    }
    filter.add_kinds(*kind);
  }
  return filter;
}

absl::Status CheckUrl(const std::string& text, bool plaintext) {
  const auto wrong = [&](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("--webhook ", Displayable(MaskedUrl(text)), ": ", why));
  };
  const auto url = web::HttpUrl::Parse(text);
  if (!url.ok()) return wrong(url.status().message());
  if (!url->secure && !url->is_this_machine && !plaintext) {
    return wrong(
        "over http anybody on the way could read what is sent; use https, or --webhook-plaintext "
        "in a private network");
  }
  if (url->has_fragment) return wrong("a receiver gets no fragment (#…); leave it out");
  return absl::OkStatus();
}

}  // namespace

class Webhooks::Receiver {
 public:
  Receiver(const std::string& url, const EventFilter& filter, const Setup& setup,
           Webhook::Keys keys)
      : events_(setup.events),
        clock_(setup.clock),
        log_(setup.log),
        url_(url),
        webhook_({.url = url,
                  .filter = filter,
                  .events = setup.events,
                  .source = setup.source,
                  .clock = setup.clock,
                  .log = setup.log,
                  .keys = std::move(keys),
                  .post = [this](const auto& request) { return client_.Exchange(request); }},
                 static_cast<uint32_t>(RandomSeed())),
        thread_([this](const std::stop_token& stop) { Run(stop); }) {}

  // Ends in three steps, so that all receivers together have the time of one: it delivers what is
  // left, is waited for, and is cut off.
  void Stop() { thread_.request_stop(); }
  void AwaitEnd(std::chrono::steady_clock::time_point deadline) {
    if (end_.wait_until(deadline) != std::future_status::ready) client_.Cancel();
  }

  const Webhook& webhook() const { return webhook_; }

 private:
  void Run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const Webhook::Step step = webhook_.Deliver();
      if (step.outcome == Webhook::Outcome::kFailed) Pause(step.pause, stop);
      if (step.outcome == Webhook::Outcome::kNothingToDo) {
        Pause(kBreath, stop);
        events_.WaitFor(webhook_.next(), std::chrono::hours(24), stop);
      }
    }
    const SteadyTime deadline = clock_.Read().steady + kLastWords;
    Webhook::Outcome last = Webhook::Outcome::kDelivered;
    while (last == Webhook::Outcome::kDelivered && clock_.Read().steady < deadline) {
      last = webhook_.Deliver().outcome;
    }
    if (last != Webhook::Outcome::kNothingToDo) {
      const std::string shown = MaskedUrl(url_);
      log_.Warn("the hub ended before a webhook had taken all events",
                {{"webhook", Whole(shown)}, {"from", webhook_.next()}});
    }
    ended_.set_value();
  }

  EventLog& events_;
  const Clock& clock_;
  Log& log_;
  const std::string url_;
  web::HttpClient client_;
  Webhook webhook_;
  std::promise<void> ended_;
  const std::future<void> end_ = ended_.get_future();
  std::jthread thread_;  // joined when this is destroyed
};

absl::Status Webhooks::Check(const Options& options) {
  if (const auto filter = FilterFor(options.kinds); !filter.ok()) return filter.status();
  if (options.urls.empty()) return absl::OkStatus();
  if (options.urls.size() > kMostReceivers) {
    return absl::InvalidArgumentError(
        absl::StrCat("--webhook: more than ", kMostReceivers, " receivers"));
  }
  std::set<std::string_view> urls;
  for (const std::string& url : options.urls) {
    if (absl::Status status = CheckUrl(url, options.plaintext); !status.ok()) return status;
    if (urls.insert(url).second) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--webhook ", Displayable(MaskedUrl(url)),
                     ": is there twice, and would get each event twice"));
  }
  return WebhookKeys::Parse(options.keys).status();
}

Webhooks::Webhooks(const Options& options, const Setup& setup) {
  SetKeys(options.keys).IgnoreError();  // they were checked, as all below
  const auto keys = [this] {
    MutexLock lock(mutex_);
    return keys_;
  };
  const EventFilter filter = *EventFilter::FromProto(*FilterFor(options.kinds));
  for (const std::string& url : options.urls) {
    receivers_.push_back(std::make_unique<Receiver>(url, filter, setup, keys));
  }
}

Webhooks::~Webhooks() {
  for (const auto& receiver : receivers_) receiver->Stop();
  const auto deadline = std::chrono::steady_clock::now() + kLastWords;
  for (const auto& receiver : receivers_) receiver->AwaitEnd(deadline);
}

absl::Status Webhooks::SetKeys(std::string_view text) {
  auto keys = WebhookKeys::Parse(text);
  if (!keys.ok()) return keys.status();
  MutexLock lock(mutex_);
  keys_ = std::make_shared<const WebhookKeys>(*std::move(keys));
  return absl::OkStatus();
}

void Webhooks::AddMetrics(Exposition& out) const {
  const auto each = [&](const auto& add) {
    int number = 0;
    for (const auto& receiver : receivers_) {
      add(receiver->webhook(), Exposition::Labels{{"webhook", std::to_string(++number)}});
    }
  };
  each([&](const Webhook& webhook, const Exposition::Labels& labels) {
    out.Counter("pigeonhub_webhook_delivered_total", "Events that a webhook has taken.",
                static_cast<double>(webhook.counts().delivered), labels);
  });
  each([&](const Webhook& webhook, const Exposition::Labels& labels) {
    out.Counter("pigeonhub_webhook_failures_total", "Attempts that a webhook did not take.",
                static_cast<double>(webhook.counts().failures), labels);
  });
  each([&](const Webhook& webhook, const Exposition::Labels& labels) {
    out.Counter("pigeonhub_webhook_missed_total",
                "Events that made room for others before a webhook took them.",
                static_cast<double>(webhook.counts().missed), labels);
  });
  each([&](const Webhook& webhook, const Exposition::Labels& labels) {
    out.Gauge("pigeonhub_webhook_lag_seconds",
              "How long ago the oldest event happened that a webhook has not taken yet.",
              webhook.lag_seconds(), labels);
  });
}

}  // namespace pigeonhub::history
