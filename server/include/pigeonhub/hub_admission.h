// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "pigeonhub/peer_id.h"

namespace pigeonhub {

// Who may become a hub just by announcing as one.
enum class HubAdmission {
  kOpen,   // anyone, and whoever becomes a hub hears of all peers and can speak for others
  kToken,  // whoever brings a valid hub token, and those of kDeny
  kDeny,   // only peers granted by RegisterHub, and those on the allow list
};

// A hub on the allow list: it is let in by its id, without a hub token. Ids are no secrets, so an
// id alone proves nothing. With a secret, or a network, nobody else can have the id.
struct AllowedHub {
  PeerId id;
  std::string network = {};  // it must come from there, as "10.0.0.0/8"; empty: from anywhere
  std::string secret = {};   // the field `hubSecret` of its URL must be this; empty: none is needed

  static constexpr size_t kShortestSecret = 16;
  static constexpr size_t kLongestSecret = 256;

  // Reads "ID", "ID@NETWORK", "ID=SECRET" and "ID@NETWORK=SECRET". A secret has letters, digits and
  // -._~, which a URL takes as they are. INVALID_ARGUMENT, one line that does not show the secret.
  static absl::StatusOr<AllowedHub> Parse(std::string_view text);
  // What Parse reads.
  std::string text() const;

  // Whether nothing but the id is asked for.
  bool by_id_alone() const { return network.empty() && secret.empty(); }
  friend bool operator==(const AllowedHub&, const AllowedHub&) = default;
};

}  // namespace pigeonhub
