// SPDX-License-Identifier: Apache-2.0

#include "server/core/identity.h"

#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/core/links/dial_targets.h"

namespace pigeonhub {
namespace {

constexpr unsigned kMeshVersion = 1;

absl::string_view Trimmed(const std::string& name) { return absl::StripAsciiWhitespace(name); }

}  // namespace

absl::Status Identity::Check(const SetHubMeshNamespace& command) const {
  const absl::string_view name = Trimmed(command.name);
  if (!IsValidNamespaceName({name.data(), name.size()}, options_.limits.namespace_name)) {
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
  host_ = where.host;
  port_ = where.port;
  url_ = options_.advertise_url.empty() ? where.url : options_.advertise_url;
}

bool Identity::IsOwnAddress(const WebSocketUrl& url) const {
  return !is_stopped() && LeadsTo(url, host_, port_);
}

HubDetails Identity::Describe() const {
  HubDetails self;
  self.host = host_;
  self.port = port_;
  self.region = options_.region;
  self.capabilities = options_.capabilities;
  self.url = url_;
  self.mesh_version = kMeshVersion;
  return self;
}

outbound::HubAnswer Identity::AnswerTo(const PeerId& hub) const {
  HubDetails self = Describe();
  self.answers = hub;
  return {std::make_shared<const std::string>(mesh_namespace_), options_.hub_peer_id,
          std::make_shared<const HubDetails>(std::move(self))};
}

}  // namespace pigeonhub
