// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/user_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "pigeonhub/hub_server.h"
#include "server/base/characters.h"
#include "server/base/descriptor.h"
#include "server/base/files.h"
#include "server/base/hex.h"
#include "server/base/random.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr size_t kKeyDigits = 64;

absl::Status CannotMake(const std::string& path, int error) {
  return absl::UnavailableError("cannot make " + Displayable(path) + ": " +
                                std::generic_category().message(error));
}

// As the specification wants the folders: for their owner alone.
bool MakeFolders(const std::filesystem::path& folder) {
  if (folder.has_parent_path() && folder.parent_path() != folder &&
      access(folder.c_str(), F_OK) != 0 && !MakeFolders(folder.parent_path())) {
    return false;
  }
  constexpr mode_t kOwnerAlone = 0700;
  return mkdir(folder.c_str(), kOwnerAlone) == 0 || errno == EEXIST;
}

absl::Status Make(const std::string& path, std::string_view about) {
  if (!MakeFolders(std::filesystem::path(path).parent_path())) return CannotMake(path, errno);
  const std::string text = "# " + std::string(about) + "\n" + RandomHex(kKeyDigits) + "\n";
  // Whole when it gets its name, and the first one keeps the name: link(2) replaces nothing.
  const std::string beside = path + "." + RandomHex(16);
  constexpr mode_t kOwnerAlone = 0600;
  Descriptor file(open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerAlone));
  if (!file.is_open()) return CannotMake(path, errno);
  const bool written =
      write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(file.get()) == 0;
  int error = errno;
  bool named = false;
  if (written) {
    named = link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST;
    error = errno;
  }
  unlink(beside.c_str());
  return named ? absl::OkStatus() : CannotMake(path, error);
}

// The text of the file, which is made if it is not there.
absl::StatusOr<std::string> Open(const std::string& path, std::string_view about) {
  if (access(path.c_str(), F_OK) != 0) {
    if (auto status = Make(path, about); !status.ok()) return status;
  }
  // Who can put a file there can put his own in the place of ours.
  const std::string folder = std::filesystem::path(path).parent_path();
  if (auto status = CheckFolderOfSecrets(folder); !status.ok()) return status;
  return ReadSecretFile(path);
}

absl::Status NoFolder(const std::string& file) {
  return absl::UnavailableError("neither XDG_STATE_HOME nor HOME names a folder for " + file);
}

}  // namespace

std::string StateFolder(const Variables& variables) {
  constexpr char kFolder[] = "/pigeonhub";
  // Relative paths are to be ignored.
  const std::string state = ValueOf(variables, "XDG_STATE_HOME");
  if (state.starts_with('/')) return state + kFolder;
  const std::string home = ValueOf(variables, "HOME");
  if (home.starts_with('/')) return home + "/.local/state" + kFolder;
  return {};
}

std::string UserHubKeyFile(const std::string& folder) { return folder + "/hub.key"; }

std::string SigningKeyFile(const std::string& folder, const PeerId& hub) {
  return folder + "/signing-" + std::string(hub.text()) + ".key";
}

absl::StatusOr<std::string> OpenUserHubKey(const std::string& folder) {
  if (folder.empty()) return NoFolder("hub.key");
  const std::string path = UserHubKeyFile(folder);
  auto text =
      Open(path, "The hubs of this user know each other by this key (man pigeonhub, --hub-key).");
  if (!text.ok()) return text;
  if (const auto status = HubServer::CheckHubKeys(*text); !status.ok()) {
    return absl::InvalidArgumentError(path + ": " + std::string(status.message()));
  }
  return text;
}

absl::StatusOr<PrivateKey> OpenSigningKey(const std::string& folder, const PeerId& hub) {
  if (folder.empty()) return NoFolder("the signing key of " + std::string(hub.text()));
  const std::string path = SigningKeyFile(folder, hub);
  const auto text =
      Open(path, "The hub with this id signs with this key (man pigeonhub, --hub-trust).");
  if (!text.ok()) return text.status();
  const std::vector<std::string> lines = absl::StrSplit(*text, '\n', absl::SkipEmpty());
  for (const std::string& line : lines) {
    if (line.starts_with('#')) continue;
    const std::optional<std::string> bytes = FromHex(Trimmed(line));
    PrivateKey key{};
    if (!bytes.has_value() || bytes->size() != key.size()) break;
    std::copy(bytes->begin(), bytes->end(), key.begin());
    return key;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": there is no key of ", kKeyDigits, " hexadecimal digits in it"));
}

}  // namespace pigeonhub
