// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/exposition.h"

#include <prometheus/text_serializer.h>

#include <limits>

namespace pigeonhub {

prometheus::ClientMetric& Exposition::Add(const std::string& name, const std::string& help,
                                          prometheus::MetricType type, const Labels& labels) {
  if (families_.empty() || families_.back().name != name) {
    families_.push_back({name, help, type, {}});
  }
  prometheus::ClientMetric& metric = families_.back().metric.emplace_back();
  for (const auto& [label, value] : labels) metric.label.push_back({label, value});
  return metric;
}

void Exposition::Gauge(const std::string& name, const std::string& help, double value,
                       const Labels& labels) {
  Add(name, help, prometheus::MetricType::Gauge, labels).gauge.value = value;
}

void Exposition::Counter(const std::string& name, const std::string& help, double value,
                         const Labels& labels) {
  Add(name, help, prometheus::MetricType::Counter, labels).counter.value = value;
}

void Exposition::Histogram(const std::string& name, const std::string& help,
                           const class Histogram& value, const Labels& labels) {
  auto& histogram = Add(name, help, prometheus::MetricType::Histogram, labels).histogram;
  uint64_t cumulated = 0;
  for (size_t i = 0; i < Histogram::kBounds.size(); ++i) {
    cumulated += value.bucket(i);
    histogram.bucket.push_back({cumulated, Histogram::kBounds[i]});
  }
  cumulated += value.bucket(Histogram::kBounds.size());
  histogram.bucket.push_back({cumulated, std::numeric_limits<double>::infinity()});
  histogram.sample_count = cumulated;
  histogram.sample_sum = value.sum();
}

std::string Exposition::Text() const { return prometheus::TextSerializer().Serialize(families_); }

}  // namespace pigeonhub
