// SPDX-License-Identifier: Apache-2.0

#include "control/history/history.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/internals/hub_internals.h"

namespace pigeonhub::history {
namespace {

constexpr char kName[] = "history";  // what the hub knows the figures of this part by

// During a rush of events one write serves many of them. While the file takes nothing it is tried
// again at this pace.
constexpr EventFollower::Pace kWritingPace{.breath = std::chrono::milliseconds(50),
                                           .patience = std::chrono::seconds(1)};

EventSource SourceOf(HubServer& hub) {
  return {HubInternals(hub).epoch(), std::string(hub.GetStats().hub.hub_peer_id.text())};
}

}  // namespace

absl::StatusOr<std::unique_ptr<History>> History::Start(const HistoryOptions& options,
                                                        HubServer& hub, const Clock& clock,
                                                        Log& log) {
  if (absl::Status status = Webhooks::Check(options.webhooks); !status.ok()) return status;
  std::unique_ptr<History> history(new History(hub));
  EventLog& events = HubInternals(hub).events();
  if (!options.event_log.empty()) {
    auto file = RotatingFile::Open(options.event_log, options.event_log_limits);
    if (!file.ok()) {
      return absl::UnavailableError(absl::StrCat("--event-log: ", file.status().message()));
    }
    history->recorder_.emplace(events, SourceOf(hub), *std::move(file), clock, log);
    history->recording_.emplace(events, 1, kWritingPace,
                                [recorder = &*history->recorder_] { recorder->Write(); });
  }
  if (!options.webhooks.urls.empty()) {
    history->webhooks_.emplace(options.webhooks,
                               Webhooks::Setup{events, SourceOf(hub), clock, log});
  }
  HubInternals(hub).SetMoreMetrics(kName, [history = history.get()](Exposition& out) {
    if (history->recorder_.has_value()) history->recorder_->AddMetrics(out);
    if (history->webhooks_.has_value()) history->webhooks_->AddMetrics(out);
  });
  return history;
}

History::~History() {
  HubInternals(hub_).SetMoreMetrics(kName, nullptr);
  webhooks_.reset();
  recording_.reset();
}

absl::Status History::SetWebhookKeys(std::string_view text) {
  return webhooks_.has_value() ? webhooks_->SetKeys(text) : absl::OkStatus();
}

}  // namespace pigeonhub::history
