// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>

#include "absl/status/status.h"

namespace pigeonhub::cli {

class Session;

// Whether a hub that ended a call with this status may answer later. A hub that stops in good order
// cancels its calls.
bool MayAnswerLater(const absl::Status& status);

// A time in which a hub that somebody watches does not answer. It is asked again until it does; the
// user is told once.
class Outage {
 public:
  // How soon a hub that does not answer is asked again.
  static constexpr std::chrono::milliseconds kAskAgain{500};

  explicit Outage(Session& session) : session_(session) {}

  // Takes how a call ended. False: it does not help to ask again.
  bool Outlives(const absl::Status& status);

 private:
  Session& session_;
  bool told_ = false;
};

}  // namespace pigeonhub::cli
