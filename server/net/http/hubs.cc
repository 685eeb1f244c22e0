// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/hubs.h"

#include <algorithm>
#include <span>

#include "server/base/iso_time.h"
#include "server/base/json_writer.h"
#include "server/wire/masked_json.h"

namespace pigeonhub::net {
namespace {

void WriteHub(const HubRecord& hub, HubFields fields, JsonWriter& json) {
  json.BeginObject();
  json.Key("peerId").Word(hub.peer.text());
  json.Key("registeredAt").Number(hub.registered_at);
  json.Key("lastActivity").Number(hub.last_activity);
  json.Key("networkName");
  if (hub.network == nullptr) {
    json.Null();
  } else {
    json.String(*hub.network);
  }
  if (fields == HubFields::kAll) {
    json.Key("data").BeginObject();
    json.Key("isHub").Bool(true);
    if (hub.profile.members != nullptr) {
      json.Members(wire::WithMaskedUrls(*hub.profile.members));
    }
    json.EndObject();
    json.Key("connectedAt").Number(hub.connected_at);
  }
  json.EndObject();
}

}  // namespace

std::string HubsBody(const std::vector<HubRecord>& hubs, UnixMillis now, HubFields fields) {
  std::string body;
  JsonWriter json(body);
  json.BeginObject();
  json.Key("timestamp").Word(IsoTime(now));
  json.Key("totalHubs").Number(hubs.size());
  json.Key("hubs").BeginArray();
  for (const HubRecord& hub : std::span(hubs).first(std::min(hubs.size(), kMostListedHubs))) {
    WriteHub(hub, fields, json);
  }
  json.EndArray();
  json.EndObject();
  return body;
}

}  // namespace pigeonhub::net
