// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "pigeonhub/records.h"
#include "server/base/address.h"
#include "server/base/websocket_url.h"
#include "server/core/command.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/peers/namespaces.h"

namespace pigeonhub {

class Turn;

// What this hub is: its id, its hub mesh namespace, where it listens, and whether it serves.
class Identity {
 public:
  explicit Identity(const HubOptions& options)
      : options_(options), mesh_namespace_(options.hub_mesh_namespace) {}

  const PeerId& id() const { return options_.hub_peer_id; }
  bool is_hub() const { return options_.is_hub; }

  Serving serving() const { return serving_; }
  void set_serving(Serving serving) { serving_ = serving; }
  bool is_stopped() const { return serving_ == Serving::kStopped; }

  const std::string& mesh_namespace() const { return mesh_namespace_; }
  bool IsHubMesh(const Namespace& network) const { return *network.name == mesh_namespace_; }
  absl::Status Check(const SetHubMeshNamespace& command) const;
  void Apply(Turn& turn, const SetHubMeshNamespace& command);

  // From now on this hub listens there.
  void ListenAt(const StartSignaling& where);
  // Where other hubs come in.
  const std::string& host() const { return host_; }
  uint16_t port() const { return port_; }
  bool speaks_tls() const { return speaks_tls_; }
  // Whether `url` leads to this hub itself.
  bool IsOwnAddress(const WebSocketUrl& url) const;
  // Whether a hub token is made out to this hub: `addressee` is its id, or a host and a port at
  // which it can be reached by what it advertises and where it listens.
  bool IsAddressee(std::string_view addressee) const;

  // The blocks of addresses in which this hub dials hubs that it only heard of: the Internet, and
  // those that it listens in itself.
  AddressBlocks heard_of_within() const;

  // What this hub says of itself to a hub that dialed it, or that it dialed. The query of its
  // address is not in it.
  HubDetails Describe() const;
  outbound::HubAnswer AnswerTo(const PeerId& hub) const;

 private:
  const HubOptions& options_;
  std::string mesh_namespace_;
  Serving serving_ = Serving::kStopped;
  std::string host_;
  uint16_t port_ = 0;
  bool speaks_tls_ = false;
  std::vector<std::string> addresses_;  // where connections of other hubs arrive
  std::string url_;                     // where other hubs can dial this one; empty: nowhere
};

}  // namespace pigeonhub
