// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "pigeonhub/hub_admission.h"
#include "server/base/address.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

bool IsOfSecret(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

absl::StatusOr<AllowedHub> AllowedHub::Parse(std::string_view text) {
  // What is behind the first = is never shown.
  const size_t equals = text.find('=');
  const std::string_view place = text.substr(0, equals);
  const size_t at = place.find('@');
  const std::optional<PeerId> id = PeerId::Parse(place.substr(0, at));
  if (!id.has_value()) {
    return absl::InvalidArgumentError(Shown(place.substr(0, at)) +
                                      " is not a peer id (40 hexadecimal digits)");
  }
  AllowedHub hub{*id};
  if (at != std::string_view::npos) {
    hub.network = place.substr(at + 1);
    if (!AddressNetwork::Parse(hub.network).has_value()) {
      return absl::InvalidArgumentError(Shown(hub.network) +
                                        " is not a network such as 10.0.0.0/8");
    }
  }
  if (equals == std::string_view::npos) return hub;
  hub.secret = text.substr(equals + 1);
  if (hub.secret.size() < kShortestSecret || hub.secret.size() > kLongestSecret ||
      !std::all_of(hub.secret.begin(), hub.secret.end(), IsOfSecret)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the secret of ", std::string(id->text()), " is not ", kShortestSecret, " to ",
                     kLongestSecret, " letters, digits or -._~ (openssl rand -hex 32 makes one)"));
  }
  return hub;
}

std::string AllowedHub::text() const {
  std::string text(id.text());
  if (!network.empty()) text += "@" + network;
  if (!secret.empty()) text += "=" + secret;
  return text;
}

}  // namespace pigeonhub
