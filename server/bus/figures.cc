// SPDX-License-Identifier: Apache-2.0

#include "server/bus/figures.h"

#include <string>
#include <utility>

namespace pigeonhub::bus {
namespace {

double Figure(const auto& source) { return static_cast<double>(source.value()); }

}  // namespace

void Figures::AddTo(Exposition& exposition) const {
  exposition.Counter("pigeonhub_bus_connects_total", "Connections made to brokers.",
                     Figure(connects));
  const std::pair<const char*, const Direction*> directions[] = {{"in", &in}, {"out", &out}};
  for (const auto& [name, direction] : directions) {
    exposition.Counter("pigeonhub_bus_messages_total", "Messages over the bus, by direction.",
                       Figure(direction->messages), {{"direction", name}});
  }
  for (const auto& [name, direction] : directions) {
    exposition.Counter("pigeonhub_bus_bytes_total", "Bytes of these messages, by direction.",
                       Figure(direction->bytes), {{"direction", name}});
  }
  for (const auto& [reason, count] :
       {std::pair{"down", &dropped_down}, std::pair{"backlogged", &dropped_backlogged},
        std::pair{"slow_consumer", &dropped_slow_consumer}}) {
    exposition.Counter("pigeonhub_bus_dropped_total",
                       "Messages that did not get over the bus, and are said again.",
                       Figure(*count), {{"reason", reason}});
  }
}

}  // namespace pigeonhub::bus
