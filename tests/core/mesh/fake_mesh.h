// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "server/core/identity.h"
#include "tests/support/hub_fixture.h"

// Mesh hubs at the other end of a HubFixture's links, as far as a test needs them.
namespace pigeonhub {

inline Profile MeshHubProfile(std::string_view url = {}) {
  auto details = std::make_shared<HubDetails>();
  details->mesh_version = 1;
  details->url = std::string(url);
  Profile profile;
  profile.is_hub = true;
  profile.hub = std::move(details);
  return profile;
}

// One that dialed us.
inline FakePeer JoinAsMeshHub(HubFixture& hub, const PeerId& id) {
  FakePeer peer = hub.Open(id);
  peer.Send(inbound::Announce{hub.hub().identity().mesh_namespace(), MeshHubProfile()});
  hub.ForgetMessages();
  return peer;
}

// Its word on who its neighbors are, each a digit; all are vouched for.
inline SharedNode NodeOf(char id, std::string_view neighbors, std::string_view url = {},
                         uint64_t seq = 1) {
  auto node = std::make_shared<HubNode>();
  node->id = Id(id);
  node->seq = seq;
  for (char neighbor : neighbors) node->neighbors.push_back({Id(neighbor), true});
  node->profile = MeshHubProfile(url);
  return node;
}

}  // namespace pigeonhub
