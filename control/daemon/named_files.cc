// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/named_files.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "control/daemon/user_hub_key.h"
#include "pigeonhub/hub_server.h"
#include "server/base/files.h"

namespace pigeonhub {

absl::StatusOr<std::shared_ptr<AccessFile>> OpenAccessFile(const Config& config, Log& log) {
  if (config.control_tokens.empty()) return nullptr;
  auto access = std::make_shared<AccessFile>(config.control_tokens, log);
  if (const auto loaded = access->Load(); !loaded.ok()) return loaded.status();
  return access;
}

absl::StatusOr<std::string> ReadHubKeys(const Config& config) {
  if (config.hub_key.empty()) return std::string();
  auto text = ReadSecretFile(config.hub_key);
  if (!text.ok()) return text;
  if (const auto status = HubServer::CheckHubKeys(*text); !status.ok()) {
    return absl::InvalidArgumentError(config.hub_key + ": " + std::string(status.message()));
  }
  return text;
}

absl::StatusOr<std::string> OpenHubKeys(const Config& config, const Variables& variables,
                                        Log& log) {
  if (!config.hub_key.empty()) return ReadHubKeys(config);
  auto text = OpenUserHubKey(UserHubKeyPath(variables));
  if (text.ok() || absl::IsInvalidArgument(text.status())) return text;
  if (config.hub) {
    log.Warn(absl::StrCat(text.status().message(),
                          "; so no hub with a key admits this hub; --hub-key names a key file"));
  }
  return std::string();
}

TlsFiles TlsFilesOf(const Config& config) {
  return {config.control_tls_cert, config.control_tls_key, config.control_tls_client_ca};
}

ControlReach ReachOf(const Config& config, std::shared_ptr<AccessFile> access) {
  return {config.control_listen, TlsFilesOf(config), std::move(access)};
}

}  // namespace pigeonhub
