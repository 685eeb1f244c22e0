// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/health_body.h"

#include "absl/strings/str_format.h"
#include "server/base/iso_time.h"
#include "server/base/json_writer.h"

namespace pigeonhub::net {

std::string HealthBody(const HubStats& stats, double uptime_seconds, UnixMillis now,
                       const MemoryUse& memory) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key("status").Word("healthy");
  json.Key("timestamp").Word(IsoTime(now));
  // To the millisecond, and never with an exponent.
  json.Key("uptime").Raw(absl::StrFormat("%.3f", uptime_seconds));
  json.Key("isHub").Bool(stats.is_hub);
  json.Key("connections").Number(stats.connections);
  json.Key("peers").Number(stats.peers);
  json.Key("hubs").Number(stats.hubs);
  json.Key("networks").Number(stats.networks);
  json.Key("memory").BeginObject();
  json.Key("rss").Number(memory.rss);
  json.Key("heapTotal").Number(memory.heap_total);
  json.Key("heapUsed").Number(memory.heap_used);
  json.Key("external").Number(memory.external);
  json.Key("arrayBuffers").Number(memory.array_buffers);
  json.EndObject();
  json.EndObject();
  return body;
}

}  // namespace pigeonhub::net
