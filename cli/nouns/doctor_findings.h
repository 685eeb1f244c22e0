// SPDX-License-Identifier: Apache-2.0
//
// What `doctor` looks at, and what it says of it: one table, which docs/pigeonctl.md repeats.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pigeonctl/v1/doctor.pb.h"

namespace pigeonhub::cli {

// In the order of the table.
enum class Check {
  kControlApi,
  kServing,
  kRoom,
  kDescriptors,
  kDrainWindow,
  kOneAddress,
  kAdmission,
  kLinks,
  kPaths,
  kCertificate,
  kCertificateFiles,
  kControlCertificate,
  kVersion,
  kConnects,
  kUrlCertificate,
  kUpgrade,
  kOrigin,
  kIdle,
  kClock,
  kLinked,
  kLoopLag,
  kOneWay,
  kLimits,
  kTurnedAway,
  kHubs,
  kHubVersions,
  kHubClocks,
};

// What is wrong where the check is not passed.
enum class Severity { kWarning, kError };

struct CheckText {
  Check check;
  std::string_view code;  // stable
  Severity severity;
  std::string_view well;    // what holds if nothing is wrong
  std::string_view ill;     // the cause, if something is
  std::string_view advice;  // what to do then
};

// Every check.
std::span<const CheckText> CheckTexts();

// Adds what was found. `evidence` may be empty; it follows the sentence.
void AddWell(pigeonctl::v1::Doctor& doctor, Check check, std::string_view subject,
             std::string_view evidence = {});
void AddIll(pigeonctl::v1::Doctor& doctor, Check check, std::string_view subject,
            std::string_view evidence);
// What is worse than the check usually is.
void AddError(pigeonctl::v1::Doctor& doctor, Check check, std::string_view subject,
              std::string_view evidence);

}  // namespace pigeonhub::cli
