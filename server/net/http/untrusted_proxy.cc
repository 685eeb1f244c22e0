// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/untrusted_proxy.h"

#include <string_view>

#include "server/base/address.h"

namespace pigeonhub::net {

void UntrustedProxy::Look(const HttpRequest& request) {
  if (is_told_.load(std::memory_order_relaxed) || !request.header) return;
  const auto has = [&](std::string_view name) { return !request.header(name).empty(); };
  if (!IsLoopback(request.address) || (!has("Forwarded") && !has("X-Forwarded-For"))) return;
  if (is_told_.exchange(true)) return;
  log_.Warn(
      "a proxy on this machine says for whom it asks, and is not believed: all its clients count "
      "as this machine, for which no rate holds that was not set; set --trust-proxy",
      {{"address", request.address}});
}

}  // namespace pigeonhub::net
