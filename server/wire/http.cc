// SPDX-License-Identifier: Apache-2.0
#include "server/wire/http.h"

#include <charconv>
#include <cstdio>

#include "server/base/iso_time.h"
#include "server/wire/json_string.h"

namespace pigeonhub::wire {
namespace {

template <typename Number>
void AppendNumber(Number number, std::string& out) {
  char digits[24];
  const auto result = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, result.ptr);
}

// To the millisecond, and never with an exponent.
void AppendSeconds(double seconds, std::string& out) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.3f", seconds);
  out += digits;
}

// `name` with what stands before its value, e.g. `,"peers":`.
template <typename Number>
void AppendField(std::string_view name, Number number, std::string& out) {
  out += name;
  AppendNumber(number, out);
}

void AppendHub(const HubRecord& hub, std::string& out) {
  out += R"({"peerId":")";
  out += hub.peer.text();
  AppendField(R"(","registeredAt":)", hub.registered_at, out);
  AppendField(R"(,"lastActivity":)", hub.last_activity, out);
  out += R"(,"networkName":)";
  if (hub.network == nullptr) {
    out += "null";
  } else {
    AppendJsonString(*hub.network, out);
  }
  out += R"(,"data":{"isHub":true)";
  if (hub.profile.members != nullptr) {
    out += ',';
    out += *hub.profile.members;
  }
  AppendField(R"(},"connectedAt":)", hub.connected_at, out);
  out += '}';
}

}  // namespace

std::string HealthBody(const HubStats& stats, double uptime_seconds, UnixMillis now,
                       const MemoryUse& memory) {
  std::string out;
  out += R"({"status":"healthy","timestamp":")";
  out += IsoTime(now);
  out += R"(","uptime":)";
  AppendSeconds(uptime_seconds, out);
  out += stats.is_hub ? R"(,"isHub":true)" : R"(,"isHub":false)";
  AppendField(R"(,"connections":)", stats.connections, out);
  AppendField(R"(,"peers":)", stats.peers, out);
  AppendField(R"(,"hubs":)", stats.hubs, out);
  AppendField(R"(,"networks":)", stats.networks, out);
  AppendField(R"(,"memory":{"rss":)", memory.rss, out);
  AppendField(R"(,"heapTotal":)", memory.heap_total, out);
  AppendField(R"(,"heapUsed":)", memory.heap_used, out);
  AppendField(R"(,"external":)", memory.external, out);
  AppendField(R"(,"arrayBuffers":)", memory.array_buffers, out);
  out += "}}";
  return out;
}

std::string HubsBody(const std::vector<HubRecord>& hubs, UnixMillis now) {
  std::string out;
  out += R"({"timestamp":")";
  out += IsoTime(now);
  AppendField(R"(","totalHubs":)", hubs.size(), out);
  out += R"(,"hubs":[)";
  for (const HubRecord& hub : hubs) {
    if (&hub != &hubs.front()) out += ',';
    AppendHub(hub, out);
  }
  out += "]}";
  return out;
}

}  // namespace pigeonhub::wire
