// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/user_hub_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "absl/status/status.h"
#include "pigeonhub/hub_server.h"
#include "server/base/characters.h"
#include "server/base/descriptor.h"
#include "server/base/files.h"
#include "server/base/random.h"

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

absl::Status Make(const std::string& path) {
  if (!MakeFolders(std::filesystem::path(path).parent_path())) return CannotMake(path, errno);
  constexpr std::string_view kAbout =
      "# The hubs of this user know each other by this key (man pigeonhub, --hub-key).\n";
  const std::string text = std::string(kAbout) + RandomHex(kKeyDigits) + "\n";
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

}  // namespace

std::string UserHubKeyPath(const Variables& variables) {
  constexpr std::string_view kFile = "/pigeonhub/hub.key";
  // Relative paths are to be ignored.
  const std::string state = ValueOf(variables, "XDG_STATE_HOME");
  if (state.starts_with('/')) return state + std::string(kFile);
  const std::string home = ValueOf(variables, "HOME");
  if (home.starts_with('/')) return home + "/.local/state" + std::string(kFile);
  return {};
}

absl::StatusOr<std::string> OpenUserHubKey(const std::string& path) {
  if (path.empty()) {
    return absl::UnavailableError("neither XDG_STATE_HOME nor HOME names a folder for hub.key");
  }
  if (access(path.c_str(), F_OK) != 0) {
    if (auto status = Make(path); !status.ok()) return status;
  }
  auto text = ReadSecretFile(path);
  if (!text.ok()) return text;
  if (const auto status = HubServer::CheckHubKeys(*text); !status.ok()) {
    return absl::InvalidArgumentError(path + ": " + std::string(status.message()));
  }
  return text;
}

}  // namespace pigeonhub
