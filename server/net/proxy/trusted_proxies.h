// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/address.h"

namespace pigeonhub::net {

// The networks of the proxies that are believed when they say for whom they speak. Nobody is in the
// empty one. A value.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  // From networks such as "10.0.0.0/8", and single addresses. INVALID_ARGUMENT, one line, for
  // anything else.
  static absl::StatusOr<TrustedProxies> Parse(const std::vector<std::string>& networks);

  bool empty() const { return networks_.empty(); }
  bool Contain(std::string_view address) const;

 private:
  std::vector<AddressNetwork> networks_;
};

}  // namespace pigeonhub::net
