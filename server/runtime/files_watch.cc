// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/files_watch.h"

#include <string_view>
#include <utility>

#include "server/base/characters.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

// Takes the path, and what sets it apart, out of the text. The log cuts long values, and a long
// path would push the reason out.
std::string_view TakePath(const std::vector<std::string>& paths, std::string& problem) {
  for (const std::string& path : paths) {
    for (const std::string& shown : {Shown(path), Displayable(path)}) {
      const size_t at = path.empty() ? std::string::npos : problem.find(shown);
      if (at == std::string::npos) continue;
      problem.erase(at, shown.size());
      // "PATH: why" and "cannot read PATH: why" become "why" and "cannot read: why".
      if (at == 0) problem.erase(0, problem.find_first_not_of(": "));
      if (at > 0) problem.erase(at - 1, 1);
      return path;
    }
  }
  return {};
}

}  // namespace

FilesWatch::News FilesWatch::Look(const absl::StatusOr<Digest>& found) {
  MutexLock lock(mutex_);
  if (!found.ok()) return KeepLocked(std::string(found.status().message()));
  const bool was_refused = !std::exchange(problem_, {}).empty();
  if (*found == in_force_) return was_refused ? News::kMended : News::kNone;
  if (in_force_.has_value()) log_.Info("new " + what_ + " are in force");
  in_force_ = *found;
  return News::kReplaced;
}

FilesWatch::News FilesWatch::KeepLocked(std::string problem) {
  if (problem == problem_) return News::kNone;
  problem_ = problem;
  const std::string_view file = TakePath(paths_, problem);
  log_.Warn("new " + what_ + " are not taken over, the old ones stay",
            {{"problem", Whole(problem)}, {"file", Whole(file)}});
  return News::kRefused;
}

void FilesWatch::SetPaths(std::vector<std::string> paths) {
  MutexLock lock(mutex_);
  paths_ = std::move(paths);
}

std::optional<Digest> FilesWatch::in_force() const {
  MutexLock lock(mutex_);
  return in_force_;
}

std::string FilesWatch::problem() const {
  MutexLock lock(mutex_);
  return problem_;
}

}  // namespace pigeonhub
