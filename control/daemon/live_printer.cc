// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/live_printer.h"

#include <array>
#include <ctime>
#include <string>
#include <vector>

#include "server/internals/hub_internals.h"
#include "server/runtime/clock.h"

namespace pigeonhub {
namespace {

// What the hub knows the watcher of signals by.
constexpr char kLiveLines[] = "live lines";

std::string LocalTime(UnixMillis at) {
  const std::time_t seconds = at / 1000;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &parts)};
}

}  // namespace

LivePrinter::LivePrinter(HubServer& hub, const Terminal& terminal)
    : hub_(hub),
      terminal_(terminal),
      lines_(LocalTime, {terminal.has_colour(), terminal.shows_signals()}),
      listener_(hub.OnAny([this](const Event& event) {
        const std::lock_guard lock(mutex_);
        for (const std::string& line : lines_.On(event)) terminal_.Say(line);
      })) {
  if (terminal.shows_signals()) HubInternals(hub).WatchSignals(kLiveLines, {SignalFilter()});
}

LivePrinter::~LivePrinter() {
  if (terminal_.shows_signals()) HubInternals(hub_).WatchSignals(kLiveLines, {});
  hub_.Off(listener_);
}

void LivePrinter::Look() {
  const UnixMillis now = SystemClock().Read().unix_ms;
  std::vector<PairQuestion> due;
  {
    const std::lock_guard lock(mutex_);
    due = lines_.Due(now);
  }
  for (const PairQuestion& pair : due) {
    const Explanation explanation = hub_.ExplainPair(pair);
    const std::lock_guard lock(mutex_);
    if (const std::string line = lines_.Explained(pair, explanation, now); !line.empty()) {
      terminal_.Say(line);
    }
  }
}

}  // namespace pigeonhub
