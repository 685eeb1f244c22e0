// SPDX-License-Identifier: Apache-2.0
//
// What a hub says of itself, and what may be wrong with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "proto/doctor/checks.h"

namespace pigeonhub::doctor {

// The answers of one hub.
struct HubAnswers {
  v1::GetStatsResponse stats;
  v1::GetServerInfoResponse info;
  v1::GetLimitsResponse limits;
  v1::ListLinksResponse links;
  v1::GetTopologyResponse mesh;
  // What all hubs of the mesh say of themselves, if there are others, and how long they took.
  v1::GetServerInfoResponse hubs;
  std::chrono::nanoseconds hubs_took{};
  // What happened within kLately: newcomers and hubs that were refused, and hubs that were lost.
  v1::ListEventsResponse events;
  // The version of whoever asks, where it is another program.
  std::optional<std::string> asker_version = {};
  // Until when the certificate of its control API is valid, if it shows one.
  std::optional<std::chrono::system_clock::time_point> control_certificate_end = {};
  // How long whoever supervises it waits for its end, where the user said so.
  std::optional<std::chrono::nanoseconds> grace = {};
};

// Looks at the answers, and adds what it finds.
void Examine(const HubAnswers& hub, const std::string& subject,
             std::chrono::system_clock::time_point now, Diagnoses& found);

// How far back it looks for what happened: as far as limits tell who came to them.
inline constexpr std::chrono::minutes kLately(5);
// Asks for HubAnswers::events, the newest first; without page_size.
v1::ListEventsRequest EventsOfLately(std::chrono::system_clock::time_point now);
// At most so many events and links are looked at.
inline constexpr int32_t kMostItems = 1000;

// "ends on 2026-03-01, in 12d"; "ended on …" where it is over.
std::string EndText(std::chrono::system_clock::time_point end,
                    std::chrono::system_clock::time_point now);

// Clocks that NTP sets differ by less. Tokens have a leeway of a minute.
inline constexpr std::chrono::seconds kClockTolerance(5);

// A certificate that a program renews has more left than this.
inline constexpr std::chrono::hours kRenewalTime(14 * 24);

}  // namespace pigeonhub::doctor
