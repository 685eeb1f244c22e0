// SPDX-License-Identifier: Apache-2.0

#include "control/web/web_counters.h"

#include <string>

namespace pigeonhub {
namespace {

// In the order of WebRefusal.
constexpr std::array<const char*, 10> kRefusals = {
    "connections", "slow",       "no_http",    "head",    "body",
    "host",        "cross_site", "credential", "streams", "stuck"};

}  // namespace

void WebCounters::CountAnswer(int status) {
  const auto code = static_cast<size_t>(status);
  if (code < answers_.size()) answers_[code].fetch_add(1, std::memory_order_relaxed);
}

void WebCounters::CountRefusal(WebRefusal refusal) {
  refusals_[static_cast<size_t>(refusal)].fetch_add(1, std::memory_order_relaxed);
}

void WebCounters::AddTo(Exposition& out, size_t connections) const {
  out.Gauge("pigeonhub_console_connections", "Open connections of the console port.",
            static_cast<double>(connections));
  for (size_t code = 0; code < answers_.size(); ++code) {
    const uint64_t answers = answers_[code].load(std::memory_order_relaxed);
    if (answers == 0) continue;
    out.Counter("pigeonhub_console_requests_total", "Requests that the console port answered.",
                static_cast<double>(answers), {{"code", std::to_string(code)}});
  }
  for (size_t i = 0; i < refusals_.size(); ++i) {
    out.Counter("pigeonhub_console_refused_total",
                "Requests and connections that the console port refused.",
                static_cast<double>(refusals_[i].load(std::memory_order_relaxed)),
                {{"reason", kRefusals[i]}});
  }
}

}  // namespace pigeonhub
