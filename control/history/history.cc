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
  HubInternals(hub).SetMoreMetrics(kName, [history = history.get()](Exposition& out) {
    if (history->recorder_.has_value()) history->recorder_->AddMetrics(out);
  });
  return history;
}

History::~History() {
  recording_.reset();
  HubInternals(hub_).SetMoreMetrics(kName, nullptr);
}

}  // namespace pigeonhub::history
