// SPDX-License-Identifier: Apache-2.0

#include "server/core/identity.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "server/base/address.h"
#include "server/base/text.h"
#include "server/core/links/dial_targets.h"

namespace pigeonhub {
namespace {

// 2: answers questions.
constexpr unsigned kMeshVersion = 2;

}  // namespace

absl::Status Identity::Check(const SetHubMeshNamespace& command) const {
  if (!IsValidNamespaceName(Trimmed(command.name), options_.limits.namespace_name)) {
    return absl::InvalidArgumentError(absl::StrCat("the hub mesh namespace must be 1 to ",
                                                   options_.limits.namespace_name,
                                                   " bytes without control characters"));
  }
  if (!is_stopped()) {
    return absl::FailedPreconditionError(
        "the hub mesh namespace cannot change while signaling runs; stop signaling first");
  }
  return absl::OkStatus();
}

void Identity::Apply(Turn&, const SetHubMeshNamespace& command) {
  mesh_namespace_ = std::string(Trimmed(command.name));
}

void Identity::ListenAt(const StartSignaling& where) {
  host_ = where.for_hubs.has_value() ? where.for_hubs->host : where.host;
  port_ = where.for_hubs.has_value() ? where.for_hubs->port : where.port;
  speaks_tls_ = where.speaks_tls;
  addresses_ = where.addresses;
  url_ = options_.advertise_url.empty() ? where.url : options_.advertise_url;
}

bool Identity::IsOwnAddress(const WebSocketUrl& url) const {
  return !is_stopped() && LeadsTo(url, host_, port_);
}

bool Identity::IsAddressee(std::string_view addressee) const {
  if (const std::optional<PeerId> hub = PeerId::Parse(addressee)) return *hub == id();
  const std::optional<HostAndPort> parts = SplitHostAndPort(addressee);
  if (!parts.has_value() || !parts->port.has_value()) return false;
  const std::optional<uint16_t> port = ParsePort(*parts->port);
  if (!port.has_value() || is_stopped()) return false;
  const WebSocketUrl address{.host = std::string(parts->host), .port = *port};
  if (LeadsTo(address, host_, port_)) return true;
  const absl::StatusOr<WebSocketUrl> advertised = WebSocketUrl::Parse(url_);
  if (advertised.ok() && IsSameHost(advertised->host, address.host) && advertised->port == *port) {
    return true;
  }
  return *port == port_ &&
         std::any_of(addresses_.begin(), addresses_.end(),
                     [&](const std::string& own) { return IsSameHost(own, address.host); });
}

AddressBlocks Identity::heard_of_within() const {
  AddressBlocks blocks = AddressBlocks().With(AddressBlock::kInternet);
  for (const std::string& address : addresses_) blocks = blocks.With(BlockOf(address));
  if (IsUnspecified(host_)) {
    // Every machine has such addresses.
    blocks = blocks.Without(AddressBlock::kThisMachine).Without(AddressBlock::kLinkLocal);
  } else {
    blocks = blocks.With(BlockOf(host_));
  }
  return blocks.Without(AddressBlock::kCloudMetadata);
}

HubDetails Identity::Describe() const {
  HubDetails self;
  self.host = host_;
  self.port = port_;
  self.region = options_.region;
  self.capabilities = options_.capabilities;
  // What follows may be a secret, and whoever is told passes it on.
  self.url = url_.substr(0, url_.find_first_of("?#"));
  self.mesh_version = kMeshVersion;
  return self;
}

outbound::HubAnswer Identity::AnswerTo(const PeerId& hub) const {
  HubDetails self = Describe();
  self.answers = hub;
  self.transit = is_hub();
  return {std::make_shared<const std::string>(mesh_namespace_), options_.hub_peer_id,
          std::make_shared<const HubDetails>(std::move(self))};
}

}  // namespace pigeonhub
