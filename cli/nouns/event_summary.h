// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output/answer.h"
#include "pigeonctl/v1/answers.pb.h"
#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

// Counts events by what they have in common.
class EventSummary {
 public:
  // "address", "hub", "kind", "namespace" and "reason".
  static const std::vector<std::string>& Groups();

  // `by` is one of Groups().
  explicit EventSummary(std::string by) : by_(std::move(by)) {}

  void Take(const v1::Event& event);
  void Take(const v1::Gap& gap) { missing_ += gap.missing(); }

  pigeonctl::v1::EventSummary Result() const;

 private:
  const std::string by_;
  std::map<std::string, int64_t> counts_;
  uint64_t missing_ = 0;
};

// The table of a result, with a line for all of them.
Table SummaryTable(const pigeonctl::v1::EventSummary& summary);

}  // namespace pigeonhub::cli
