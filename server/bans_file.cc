// SPDX-License-Identifier: Apache-2.0

#include "server/bans_file.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/characters.h"
#include "server/base/files.h"
#include "server/wire/ban_line.h"

namespace pigeonhub {
namespace {

constexpr size_t kMostBytes = size_t{128} << 20;
constexpr size_t kAtOnce = 1000;     // read under the hub's lock
constexpr mode_t kOwnerOnly = 0600;  // it names users and their addresses

}  // namespace

absl::StatusOr<std::vector<BanRecord>> BansFile::Read(const std::string& path) {
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) return std::vector<BanRecord>();
  const absl::StatusOr<std::string> text = ReadTextFile(path, kMostBytes);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::vector<BanRecord>> bans = wire::ParseBanLines(*text);
  if (bans.ok()) return bans;
  return absl::InvalidArgumentError(absl::StrCat(Displayable(path), ": ", bans.status().message()));
}

void BansFile::Load() {
  if (path_.empty()) return;
  absl::StatusOr<std::vector<BanRecord>> bans = Read(path_);
  loaded_ = bans.status();
  if (!bans.ok()) return;
  dispatcher_.Command(RestoreBans{*std::move(bans)}).IgnoreError();  // always OK
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
