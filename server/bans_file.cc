// SPDX-License-Identifier: Apache-2.0

#include "server/bans_file.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/characters.h"
#include "server/base/files.h"
#include "server/core/hub.h"

namespace pigeonhub {
namespace {

constexpr size_t kMostBytes = size_t{128} << 20;
constexpr size_t kAtOnce = 1000;     // read under the hub's lock
constexpr mode_t kOwnerOnly = 0600;  // it names users and their addresses

}  // namespace

absl::StatusOr<wire::BanLines> BansFile::Read(const std::string& path, UnixMillis now) {
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) return wire::BanLines();
  const absl::StatusOr<std::string> text = ReadTextFile(path, kMostBytes);
  if (!text.ok()) return text.status();
  absl::StatusOr<wire::BanLines> bans = wire::ParseBanLines(*text, now);
  if (bans.ok()) return bans;
  return absl::InvalidArgumentError(absl::StrCat(Displayable(path), ": ", bans.status().message()));
}

absl::Status BansFile::TakeLock() {
  const absl::Status taken = lock_.Take(path_ + ".lock");
  if (!absl::IsAlreadyExists(taken)) return taken;
  return absl::UnavailableError(
      absl::StrCat("another hub keeps its bans in ", Displayable(path_),
                   "; give this one a file of its own, or end the other one first"));
}

void BansFile::Load() {
  if (path_.empty()) return;
  loaded_ = TakeLock();
  if (!loaded_.ok()) return;
  absl::StatusOr<wire::BanLines> lines = Read(path_, clock_.Read().unix_ms);
  loaded_ = lines.status();
  if (!lines.ok()) return;
  for (const auto& [line, note] : lines->notes) {
    log_.Warn("a line of the bans file does not hold as it stands",
              {{"line", static_cast<uint64_t>(line)}, {"note", note}});
  }
  dispatcher_.Command(RestoreBans{std::move(lines->bans)}).IgnoreError();  // always OK
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

std::string BansFile::Text() const {
  std::string text;
  for (uint64_t after = 0;;) {
    const std::vector<BanRecord> bans = dispatcher_.Read(
        [&](const Hub& hub) { return hub.bans().RememberedAfter(after, kAtOnce); });
    if (bans.empty()) return text;
    for (const BanRecord& ban : bans) text.append(wire::LineOf(ban)).append(1, '\n');
    after = bans.back().order;
  }
}

absl::Status BansFile::Write() {
  if (!is_kept()) return absl::OkStatus();
  MutexLock lock(writing_);
  return ReplaceFile(path_, Text(), kOwnerOnly);
}

void BansFile::NoteChange() {
  {
    MutexLock lock(mutex_);
    changed_ = true;
  }
  wake_.notify_all();
}

void BansFile::Close() { thread_ = {}; }

void BansFile::Run(const std::stop_token& stop) {
  for (;;) {
    {
      MutexLock lock(mutex_);
      const auto changed = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return changed_; };
      if (!wake_.wait(mutex_, stop, changed)) return;
      changed_ = false;
    }
    if (const absl::Status status = Write(); !status.ok()) {
      const std::string why(status.message());
      log_.Error("the bans are not kept", {{"problem", Whole(why)}});
    }
  }
}

}  // namespace pigeonhub
