// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/history_options.h"

namespace pigeonhub {

history::HistoryOptions HistoryOptionsOf(const Config& config) {
  return {.event_log = config.event_log,
          .event_log_limits = {.most_bytes = config.event_log_size, .keep = config.event_log_keep}};
}

}  // namespace pigeonhub
