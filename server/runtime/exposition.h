// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <prometheus/metric_family.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "server/core/counters.h"

namespace pigeonhub {

// One scrape: figures are written into it, and it becomes Prometheus text. Labels take values from
// small fixed sets only (reasons, types, methods), never an id or a name that a peer chose. Not
// thread-safe; made for one scrape and thrown away.
class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;

  // Figures of one name must follow each other and agree in kind; names of counters end in _total.
  void Gauge(const std::string& name, const std::string& help, double value,
             const Labels& labels = {});
  void Counter(const std::string& name, const std::string& help, double value,
               const Labels& labels = {});
  void Histogram(const std::string& name, const std::string& help, const class Histogram& value,
                 const Labels& labels = {});

  // The text format, version 0.0.4.
  std::string Text() const;

 private:
  prometheus::ClientMetric& Add(const std::string& name, const std::string& help,
                                prometheus::MetricType type, const Labels& labels);

  std::vector<prometheus::MetricFamily> families_;
};

// Writes its figures into a scrape. Called on whichever thread serves the scrape, perhaps on
// several at once; takes no lock that a hub's thread may hold for long.
using MetricSource = std::function<void(Exposition&)>;

}  // namespace pigeonhub
