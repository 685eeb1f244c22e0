// SPDX-License-Identifier: Apache-2.0

#include "server/net/proxy/trusted_proxies.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "server/base/text.h"

namespace pigeonhub::net {

absl::StatusOr<TrustedProxies> TrustedProxies::Parse(const std::vector<std::string>& networks) {
  TrustedProxies proxies;
  for (const std::string& text : networks) {
    const std::optional<AddressNetwork> network = AddressNetwork::ParseAddressOrNetwork(text);
    if (!network.has_value()) {
      return absl::InvalidArgumentError(Shown(text) +
                                        " is no address and no network such as 10.0.0.0/8");
    }
    proxies.networks_.push_back(*network);
  }
  return proxies;
}

bool TrustedProxies::Contain(std::string_view address) const {
  return std::any_of(networks_.begin(), networks_.end(),
                     [&](const AddressNetwork& network) { return network.Contains(address); });
}

}  // namespace pigeonhub::net
