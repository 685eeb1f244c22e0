// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/event_files.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/nouns/message_cells.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::system_clock;

std::string Numbered(const std::string& path, int number) {
  return absl::StrCat(path, ".", number);
}

bool IsOlderThan(const std::string& path, std::optional<system_clock::time_point> since) {
  if (!since.has_value()) return false;
  std::error_code error;
  const fs::file_time_type written = fs::last_write_time(path, error);
  return !error && fs::file_time_type::clock::to_sys(written) < *since;
}

// The file and its renamed ones, the oldest first.
std::deque<std::string> WithRenamed(const std::string& path,
                                    std::optional<system_clock::time_point> since) {
  std::deque<std::string> paths = {path};
  std::error_code error;
  for (int number = 1; fs::exists(Numbered(path, number), error); ++number) {
    if (IsOlderThan(Numbered(path, number), since)) break;
    paths.push_front(Numbered(path, number));
  }
  return paths;
}

// The lines of one hub, over all its files.
class Reader {
 public:
  Reader(std::deque<std::string> paths, std::istream* in) : paths_(std::move(paths)), in_(in) {}

  // Reads the next event or gap. False at the end.
  bool Next() {
    std::string line;
    while (ReadLine(line)) {
      if (line.empty()) continue;
      auto item = ParseEventLine(line);
      if (!item.has_value()) {
        ++broken_lines_;
        continue;
      }
      item_ = *std::move(item);
      if (item_.has_event()) time_ = item_.event().time();
      return true;
    }
    return false;
  }

  const v1::WatchEventsResponse& item() const { return item_; }
  const google::protobuf::Timestamp& time() const { return time_; }
  int broken_lines() const { return broken_lines_; }

 private:
  bool ReadLine(std::string& line) {
    while (in_ == nullptr || !std::getline(*in_, line)) {
      if (paths_.empty()) return false;
      file_.close();
      file_.clear();
      file_.open(paths_.front());
      paths_.pop_front();
      in_ = &file_;
    }
    return true;
  }

  std::deque<std::string> paths_;  // to be read yet
  std::ifstream file_;
  std::istream* in_;
  v1::WatchEventsResponse item_;
  google::protobuf::Timestamp time_;
  int broken_lines_ = 0;
};

absl::Status CheckReadable(const std::string& path) {
  if (std::ifstream(path).is_open() && !fs::is_directory(path)) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("cannot read the file ", Displayable(path),
                                          "; check the path, and whether you may read it"));
}

}  // namespace

std::optional<v1::WatchEventsResponse> ParseEventLine(std::string_view line) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;  // of a newer hub
  v1::WatchEventsResponse item;
  google::protobuf::Message& target = line.starts_with("{\"gap\"")
                                          ? static_cast<google::protobuf::Message&>(item)
                                          : *item.mutable_event();
  const auto status =
      google::protobuf::util::JsonStringToMessage({line.data(), line.size()}, &target, options);
  if (!status.ok() || (item.has_event() && item.event().seq() == 0)) return std::nullopt;
  return item;
}

absl::Status ReadEventFiles(const std::vector<std::string>& paths, std::istream& in,
                            std::optional<system_clock::time_point> since,
                            const EventFilesHandlers& handlers) {
  using google::protobuf::util::TimeUtil;
  std::vector<std::unique_ptr<Reader>> readers;
  for (const std::string& path : paths) {
    if (path == "-") {
      readers.push_back(std::make_unique<Reader>(std::deque<std::string>(), &in));
      continue;
    }
    if (absl::Status status = CheckReadable(path); !status.ok()) return status;
    readers.push_back(std::make_unique<Reader>(WithRenamed(path, since), nullptr));
  }
  std::vector<Reader*> left;
  for (const auto& reader : readers) {
    if (reader->Next()) left.push_back(reader.get());
  }
  while (!left.empty()) {
    const auto next = std::min_element(left.begin(), left.end(),
                                       [](Reader* a, Reader* b) { return a->time() < b->time(); });
    handlers.on_item((*next)->item(), ToChrono((*next)->time()));
    if (!(*next)->Next()) left.erase(next);
  }
  for (size_t i = 0; i < readers.size(); ++i) {
    const int broken = readers[i]->broken_lines();
    if (broken == 0) continue;
    handlers.on_trouble(absl::StrCat(Displayable(paths[i]), ": ", broken,
                                     broken == 1 ? " line is no event, and was left out"
                                                 : " lines are no events, and were left out"));
  }
  return absl::OkStatus();
}

}  // namespace pigeonhub::cli
