// SPDX-License-Identifier: Apache-2.0
//
// What happened at a hub within the last minutes: who came to a limit, who was turned away, and
// which hubs were refused or lost.
#pragma once

#include <string>

#include "proto/doctor/checks.h"
#include "proto/doctor/examine.h"

namespace pigeonhub::doctor {

void ExamineLately(const HubAnswers& hub, const std::string& subject, Diagnoses& found);

}  // namespace pigeonhub::doctor
