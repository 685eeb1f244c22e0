// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/trace_collector.h"

#include <algorithm>

#include "cli/nouns/trace_rows.h"

namespace pigeonhub::cli {
namespace {

constexpr std::chrono::seconds kQuiet{3};
constexpr std::chrono::milliseconds kAfterConnected{700};
// Where everybody talks it is never quiet.
constexpr int kMostSteps = 1000;

bool IsSignal(v1::HandshakeStepKind kind) {
  return kind != v1::HANDSHAKE_STEP_KIND_ANNOUNCED && kind != v1::HANDSHAKE_STEP_KIND_DISCOVERED;
}

}  // namespace

void TraceCollector::Progress::Note(const v1::HandshakeStep& step, TimePoint now) {
  last = now;
  has_signal = has_signal || IsSignal(step.kind());
  connected = connected || step.kind() == v1::HANDSHAKE_STEP_KIND_CONNECTED;
}

bool TraceCollector::Progress::IsOver(TimePoint now) const {
  if (!has_signal) return false;
  return now - last >= kQuiet || (connected && now - last >= kAfterConnected);
}

void TraceCollector::Take(const v1::WatchHandshakeResponse& item, TimePoint now) {
  switch (item.item_case()) {
    case v1::WatchHandshakeResponse::kStep:
      *trace_.add_steps() = item.step();
      ++step_count_;
      all_.Note(item.step(), now);
      if (!item.step().target_peer_id().empty()) pairs_[PairOf(item.step())].Note(item.step(), now);
      return;
    case v1::WatchHandshakeResponse::kHub:
      return Keep(item.hub());
    case v1::WatchHandshakeResponse::kGap:
      trace_.set_missing_count(trace_.missing_count() + static_cast<int64_t>(item.gap().missing()));
      return;
    default:
      return;
  }
}

bool TraceCollector::IsOver(TimePoint now) const {
  return step_count_ >= kMostSteps || all_.IsOver(now);
}

std::vector<pigeonctl::v1::Trace> TraceCollector::TakeComplete(TimePoint now) {
  std::vector<pigeonctl::v1::Trace> complete;
  for (auto it = pairs_.begin(); it != pairs_.end();) {
    if (!it->second.IsOver(now)) {
      ++it;
      continue;
    }
    complete.push_back(TakePair(it->first));
    it = pairs_.erase(it);
  }
  if (trace_.steps_size() >= kMostSteps) complete.push_back(TakeRest());
  return complete;
}

pigeonctl::v1::Trace TraceCollector::TakeRest() {
  pigeonctl::v1::Trace taken = trace_;
  SortSteps(taken);
  trace_.clear_steps();
  trace_.clear_missing_count();
  pairs_.clear();
  return taken;
}

pigeonctl::v1::Trace TraceCollector::TakePair(const Pair& pair) {
  pigeonctl::v1::Trace taken = trace_;
  taken.clear_steps();
  pigeonctl::v1::Trace left = taken;
  for (v1::HandshakeStep& step : *trace_.mutable_steps()) {
    const bool is_its = step.target_peer_id().empty() ? step.from_peer_id() == pair.first ||
                                                            step.from_peer_id() == pair.second
                                                      : PairOf(step) == pair;
    *(is_its ? taken : left).add_steps() = std::move(step);
  }
  left.clear_missing_count();
  trace_ = std::move(left);
  SortSteps(taken);
  return taken;
}

TraceCollector::Pair TraceCollector::PairOf(const v1::HandshakeStep& step) {
  return std::minmax({step.from_peer_id(), step.target_peer_id()});
}

void TraceCollector::Keep(const v1::HandshakeHub& hub) {
  auto& hubs = *trace_.mutable_hubs();
  const auto known = std::find_if(hubs.begin(), hubs.end(), [&](const v1::HandshakeHub& one) {
    return one.hub_id() == hub.hub_id();
  });
  const int64_t omitted = known == hubs.end() ? 0 : known->omitted_count();
  v1::HandshakeHub& kept = known == hubs.end() ? *hubs.Add() : *known;
  kept = hub;
  kept.set_omitted_count(omitted + hub.omitted_count());
}

}  // namespace pigeonhub::cli
