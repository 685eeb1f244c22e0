// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/served_pages.h"

#include <algorithm>
#include <utility>

#include "server/base/address.h"
#include "server/base/files.h"
#include "server/base/text.h"
#include "server/net/listen/own_addresses.h"

namespace pigeonhub {

absl::StatusOr<std::string> ReadTurnSecret(const Config& config) {
  if (config.turn_secret.empty()) return std::string();
  const auto text = ReadSecretFile(config.turn_secret);
  if (!text.ok()) return text.status();
  std::string secret(Trimmed(*text));
  if (!secret.empty() && IsPlainText(secret)) return secret;
  return absl::InvalidArgumentError(config.turn_secret +
                                    ": has to be one line, the static-auth-secret of the TURN "
                                    "server");
}

std::vector<std::string> HostsForOthers(const Config& config) {
  if (IsLoopback(config.host)) return {};
  std::vector<std::string> hosts;
  for (std::string& host : net::OwnAddresses({{config.host, 0}})) {
    const AddressBlock block = BlockOf(host);
    const bool is_for_others =
        block != AddressBlock::kThisMachine && block != AddressBlock::kLinkLocal;
    if (is_for_others && !IsIpv6(host)) hosts.push_back(std::move(host));
  }
  std::stable_partition(hosts.begin(), hosts.end(), [](const std::string& host) {
    return BlockOf(host) == AddressBlock::kPrivate192 || BlockOf(host) == AddressBlock::kPrivate10;
  });
  return hosts;
}

std::vector<std::string> UrlsForOthers(const Config& config,
                                       const std::vector<HubServer::Address>& bound) {
  std::vector<std::string> urls;
  if (bound.empty()) return urls;
  for (const std::string& host : HostsForOthers(config)) {
    urls.push_back((config.tls_cert.empty() ? "http://" : "https://") +
                   HostPort{host, bound.front().port}.text());
  }
  return urls;
}

absl::StatusOr<PagesOptions> PagesOptionsOf(const Config& config, Files files) {
  auto secret = ReadTurnSecret(config);
  if (!secret.ok()) return secret.status();
  PagesOptions options;
  options.files = files;
  options.has_client = config.client_js;
  options.has_ice = config.client_js || !config.ice_urls.empty();
  options.ice = {config.ice_urls, *std::move(secret), config.ice_ttl};
  if (config.dev) options.dev = config.dev_lan ? DevReach::kNetwork : DevReach::kThisMachine;
  return options;
}

}  // namespace pigeonhub
