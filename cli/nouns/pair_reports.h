// SPDX-License-Identifier: Apache-2.0
//
// What clients report of their pairs, as events tell it.
#pragma once

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "pigeonhub/pair_report.h"
#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

// The report in a PairConnectedEvent or a PairFailedEvent. Of kinds that only a newer hub has
// nothing is known.
template <typename Message>
PairReport ReportOf(const Message& body, PairReport::Kind kind) {
  PairReport report{.kind = kind};
  const int64_t ms = google::protobuf::util::TimeUtil::DurationToMilliseconds(body.after());
  report.ms = static_cast<uint32_t>(
      std::clamp<int64_t>(ms, 0, std::numeric_limits<decltype(report.ms)>::max()));
  const auto candidate = [](int number) {
    const bool is_known = number >= 0 && number < static_cast<int>(kCandidateWords.size());
    return static_cast<PairReport::Candidate>(is_known ? number : 0);
  };
  report.local = candidate(body.local_candidate());
  report.remote = candidate(body.remote_candidate());
  const int protocol = body.protocol();
  if (protocol >= 0 && protocol < static_cast<int>(kProtocolWords.size())) {
    report.protocol = static_cast<PairReport::Protocol>(protocol);
  }
  return report;
}

inline PairReport ReportOf(const v1::PairConnectedEvent& body) {
  return ReportOf(body, PairReport::Kind::kEstablished);
}
inline PairReport ReportOf(const v1::PairFailedEvent& body) {
  return ReportOf(body, body.lost() ? PairReport::Kind::kLost : PairReport::Kind::kFailed);
}

}  // namespace pigeonhub::cli
