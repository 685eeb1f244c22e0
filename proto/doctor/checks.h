// SPDX-License-Identifier: Apache-2.0
//
// What is looked at for what may be wrong with a hub, and what is said of it: one table, which
// docs/pigeonctl.md repeats.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <span>
#include <string_view>

#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub::doctor {

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
  kConsoleProxy,
};

struct CheckText {
  Check check;
  std::string_view code;           // stable
  v1::DiagnosisSeverity severity;  // if it is not passed
  std::string_view well;           // what holds if nothing is wrong
  std::string_view ill;            // the cause, if something is
  std::string_view advice;         // what to do then
};

// Every check.
std::span<const CheckText> CheckTexts();

using Diagnoses = google::protobuf::RepeatedPtrField<v1::Diagnosis>;

// Adds what was found. `evidence` may be empty; it follows the sentence.
void AddWell(Diagnoses& found, Check check, std::string_view subject,
             std::string_view evidence = {});
void AddIll(Diagnoses& found, Check check, std::string_view subject, std::string_view evidence);
// What is worse than the check usually is.
void AddError(Diagnoses& found, Check check, std::string_view subject, std::string_view evidence);

}  // namespace pigeonhub::doctor
