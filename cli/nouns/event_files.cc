// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/event_files.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
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

struct OpenFile {
  std::ifstream rest;
  std::string first;  // line; a pipe cannot be read again
  bool begun = false;
};
using OpenFiles = std::deque<OpenFile>;

absl::Status CannotRead(const std::string& path) {
  return absl::NotFoundError(absl::StrCat("cannot read the file ", Displayable(path),
                                          "; check the path, and whether you may read it"));
}

// The file and its renamed ones, open, the oldest first. Their hub may rename them meanwhile: the
// newest is opened first, so that none is passed over, and one that comes again by its next name is
// known by its first line and left out. There may be a number that nobody has for a moment.
OpenFiles OpenWithRenamed(const std::string& path, std::optional<system_clock::time_point> since,
                          const EventFilesHandlers& handlers) {
  OpenFiles files;
  std::set<std::string> beginnings;
  int free_numbers = 0;
  for (int number = 0; free_numbers < 2; ++number) {
    const std::string name = number == 0 ? path : Numbered(path, number);
    if (number > 0 && IsOlderThan(name, since)) break;
    OpenFile file{.rest = std::ifstream(name), .first = {}};
    if (!file.rest.is_open()) {
      std::error_code error;
      const bool is_there = fs::exists(name, error);
      if (is_there) handlers.on_trouble(std::string(CannotRead(name).message()));
      free_numbers = is_there ? 0 : free_numbers + 1;
      continue;
    }
    free_numbers = 0;
    std::getline(file.rest, file.first);
    const bool is_new = file.first.empty() || beginnings.insert(file.first).second;
    if (is_new) files.push_front(std::move(file));
  }
  return files;
}

// The lines of one hub, over all its files.
class Reader {
 public:
  Reader(size_t number, OpenFiles files) : number_(number), files_(std::move(files)) {}
  Reader(size_t number, std::istream& in) : number_(number), in_(&in) {}

  size_t number() const { return number_; }

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
    if (in_ != nullptr) return static_cast<bool>(std::getline(*in_, line));
    for (; !files_.empty(); files_.pop_front()) {
      OpenFile& file = files_.front();
      if (!std::exchange(file.begun, true)) {
        line = std::move(file.first);
        return true;
      }
      if (std::getline(file.rest, line)) return true;
    }
    return false;
  }

  const size_t number_;
  OpenFiles files_;  // to be read yet
  std::istream* in_ = nullptr;
  v1::WatchEventsResponse item_;
  google::protobuf::Timestamp time_;
  int broken_lines_ = 0;
};

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
      readers.push_back(std::make_unique<Reader>(readers.size(), in));
      continue;
    }
    std::error_code error;
    if (fs::is_directory(path, error)) return CannotRead(path);
    OpenFiles files = OpenWithRenamed(path, since, handlers);
    if (files.empty()) return CannotRead(path);
    readers.push_back(std::make_unique<Reader>(readers.size(), std::move(files)));
  }
  std::vector<Reader*> left;
  for (const auto& reader : readers) {
    if (reader->Next()) left.push_back(reader.get());
  }
  while (!left.empty()) {
    const auto next = std::min_element(left.begin(), left.end(),
                                       [](Reader* a, Reader* b) { return a->time() < b->time(); });
    handlers.on_item((*next)->item(), ToChrono((*next)->time()), (*next)->number());
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
