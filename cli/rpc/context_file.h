// SPDX-License-Identifier: Apache-2.0
//
// The file with the user's contexts:
//
//   current = "production"
//
//   [context.production]
//   server = "hub.example.org:50051"
//   tls = true
//   token-file = "/home/me/.config/pigeonctl/token"
//
// It names the files of secrets and contains no secret.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonctl/v1/answers.pb.h"
#include "server/base/variables.h"

namespace pigeonhub::cli {

// $XDG_CONFIG_HOME/pigeonctl/config.toml, else ~/.config/pigeonctl/config.toml; empty without a
// home directory.
std::string ContextFilePath(const Variables& variables);

// No contexts if the file does not exist. INVALID_ARGUMENT names the line that is wrong.
absl::StatusOr<pigeonctl::v1::Contexts> LoadContexts(const std::string& path);

// Replaces the whole file at once: a reader sees the old file or the new one. Comments in the file
// are lost.
absl::Status SaveContexts(const std::string& path, const pigeonctl::v1::Contexts& contexts);

// The index of the context with this name. NOT_FOUND, with the line for the user, if there is none.
absl::StatusOr<int> FindContext(const pigeonctl::v1::Contexts& contexts, const std::string& name);

// Whether the connection to the hub of this context uses TLS. Any setting of TLS asks for it.
bool SpeaksTls(const pigeonctl::v1::Context& context);

// Letters, digits, "-" and "_", at most 64.
bool IsContextName(std::string_view name);

}  // namespace pigeonhub::cli
