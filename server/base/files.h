// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pigeonhub {

// How a file that holds a key or tokens is kept from other users of the machine.
enum class Keeping {
  kWell,
  kOpenToAll,  // everybody may read it, but only root can have wanted that
  kExposed,    // other users may read or change it
  kForeign,    // it belongs to another user, who is not root
};

// For a file with these permission bits and this owner, which `user` reads. A file of root's may be
// read by its group, as the secrets are that Kubernetes mounts; nobody but its owner may change it.
Keeping KeepingOf(mode_t mode, uid_t owner, uid_t user);

// The text of a file of at most 1 MiB, as the ones with settings, tokens and certificates are.
// However an editor saved it, the text has no byte order mark, and its lines end in \n alone. One
// line says what is wrong: UNAVAILABLE when it cannot be read, INVALID_ARGUMENT when it is UTF-16,
// which some editors and shells of Windows write, and when it is neither a file nor a pipe that the
// shell made (`<(...)`): nothing else is waited for, as a named pipe whose writer never comes.
absl::StatusOr<std::string> ReadSmallFile(const std::string& path);

// As ReadSmallFile, of at most `most` bytes.
absl::StatusOr<std::string> ReadTextFile(const std::string& path, size_t most);

// As ReadSmallFile, for a file with keys or tokens. INVALID_ARGUMENT, one line, if it is kExposed
// or kForeign.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// As ReadSmallFile, for a file without secrets that says whom to believe, as one with public keys.
// INVALID_ARGUMENT, one line, if other users may change it.
absl::StatusOr<std::string> ReadTrustedFile(const std::string& path);

// When the content of the file changed last, in milliseconds since 1970; empty if that cannot be
// looked at.
std::optional<int64_t> ModifiedAt(const std::string& path);

// Puts a file with this text in the place of the one of that name, if there is one. Nobody reads
// half of it, also after the machine lost its power: the text is written to PATH.new first.
// UNAVAILABLE, one line, if that cannot be done. `mode`: who may read a file that is new.
absl::Status ReplaceFile(const std::string& path, std::string_view text, mode_t mode = 0644);

// OK if nobody but us and root can put files there. INVALID_ARGUMENT, one line, if another user
// can; UNAVAILABLE if it cannot be looked at.
absl::Status CheckFolderOfSecrets(const std::string& path);

// Whether the file is there and kOpenToAll, which whoever runs the program should know.
bool IsOpenToAll(const std::string& path);

}  // namespace pigeonhub
