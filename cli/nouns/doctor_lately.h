// SPDX-License-Identifier: Apache-2.0
//
// What happened at a hub within the last minutes: who came to a limit, who was turned away, and
// which hubs were refused or lost.
#pragma once

#include <string>

#include "cli/nouns/doctor_inside.h"
#include "pigeonctl/v1/doctor.pb.h"

namespace pigeonhub::cli {

void ExamineLately(const HubAnswers& hub, const std::string& subject,
                   pigeonctl::v1::Doctor& doctor);

}  // namespace pigeonhub::cli
