// SPDX-License-Identifier: Apache-2.0
//
// The files that the configuration names: keys of hubs, hubs to trust, tokens, certificates. Errors
// are one line that names the file: INVALID_ARGUMENT for its content, another code where it cannot
// be read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "control/access/access_list.h"
#include "control/control_server.h"
#include "control/daemon/config/config.h"
#include "pigeonhub/hub_server.h"
#include "server/base/digest.h"
#include "server/base/key_pair.h"
#include "server/base/tls_files.h"
#include "server/base/variables.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// Warns of a file with a secret that every user of this machine may read. ReadSecretFile refuses
// such a file, except to root, who may not have meant to open it.
void WarnIfOpenToAll(const std::string& path, Log& log);

// The tokens file, loaded. Null without --control-tokens. `log` outlives it.
absl::StatusOr<std::shared_ptr<AccessFile>> OpenAccessFile(const Config& config, Log& log);

// The text of the --hub-key file, checked. Empty without one.
absl::StatusOr<std::string> ReadHubKeys(const Config& config);

// The text of the --hub-trust file, checked. Empty without one.
absl::StatusOr<std::optional<std::string>> ReadHubTrust(const Config& config);

// Whether the files of --nats-auth, -ca, -cert and -key can be used, as they are read at each
// connect.
absl::Status CheckBrokerFiles(const Config& config);

// The text of the --webhook-key file, checked. Empty without one.
absl::StatusOr<std::string> ReadWebhookKeys(const Config& config);

// Whether --token-jwks is the address of an identity provider, and no file.
bool IsJwksUrl(std::string_view jwks);

// The text of the --token-key files and of the --token-jwks file, checked.
absl::StatusOr<TokenKeys> ReadTokenKeys(const Config& config);
// The paths of these files, and of those among them that hold a secret.
std::vector<std::string> TokenFilesOf(const Config& config);
std::vector<std::string> SecretTokenFilesOf(const Config& config);
// Two digests differ if any of the texts, names or paths differs.
Digest DigestOf(const TokenKeys& keys);

// What a hub shows to other hubs, and which of them it believes.
struct HubFiles {
  // The text of --hub-key, else of the file that the hubs of this user share, which is made if it
  // is not there. Empty where it cannot be made; then a hub is told in the log.
  std::string keys;
  std::string keys_path = {};  // of that file; empty without keys
  std::optional<std::string> trust;
  // So that the trust lists of other hubs can have it, a hub with --hub-peer-id signs with the same
  // key after each start. Empty for a random id, and where the key cannot be kept; then a hub with
  // a trust list is told in the log.
  std::optional<PrivateKey> signing_key;
  std::string signing_key_path = {};  // of its file; empty without one
  // What the tokens of peers are checked with.
  TokenKeys token_keys;
};
absl::StatusOr<HubFiles> OpenHubFiles(const Config& config, const Variables& variables, Log& log);

// What --tls-* and --control-tls-* name.
TlsFiles TlsFilesOf(const Config& config);
TlsFiles ControlTlsFilesOf(const Config& config);

// How the control API is reached. `access` is what OpenAccessFile returned.
ControlReach ReachOf(const Config& config, std::shared_ptr<AccessFile> access);

}  // namespace pigeonhub
