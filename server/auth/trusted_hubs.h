// SPDX-License-Identifier: Apache-2.0
//
// A trust list: the hubs that are listened to, a line each with the hub's id and its public key
// (HubServer::PublicKeyText). Empty lines and lines that begin with # are skipped.
//
//   0123456789abcdef0123456789abcdef01234567 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "server/base/key_pair.h"
#include "server/core/ids.h"

namespace pigeonhub::auth {

// A public key as text: 43 characters of base64url, without padding.
std::string TextOf(const PublicKey& key);
std::optional<PublicKey> ParsePublicKey(std::string_view text);

// INVALID_ARGUMENT in one line, with the number of the line in the file.
absl::StatusOr<std::map<PeerId, PublicKey>> ParseTrustedHubs(std::string_view text);

}  // namespace pigeonhub::auth
