// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/memory_limit.h"

#include <algorithm>
#include <charconv>

#include "server/base/files.h"

namespace pigeonhub {
namespace {

// 0: the file says "max", is not there, or says something else.
uint64_t LimitIn(const std::string& path) {
  const auto text = ReadSmallFile(path);
  if (!text.ok()) return 0;
  uint64_t bytes = 0;
  std::from_chars(text->data(), text->data() + text->size(), bytes);
  return bytes;
}

}  // namespace

uint64_t ControlGroupLimit(const std::string& own, const std::string& root) {
  // The line of version 2 is "0::/path".
  const size_t begin = own.find("0::/");
  if (begin != 0 && (begin == std::string::npos || own[begin - 1] != '\n')) return 0;
  std::string group = own.substr(begin + 3, own.find('\n', begin) - begin - 3);
  uint64_t least = 0;
  for (;;) {
    const uint64_t limit = LimitIn(root + group + "/memory.max");
    if (limit > 0) least = least == 0 ? limit : std::min(least, limit);
    const size_t last = group.rfind('/');
    if (last == std::string::npos) return least;
    group.resize(last);
  }
}

uint64_t MemoryLimit(const Config& config) {
  if (config.memory_limit.has_value()) return *config.memory_limit;
  const auto own = ReadSmallFile("/proc/self/cgroup");
  return own.ok() ? ControlGroupLimit(*own, "/sys/fs/cgroup") / 4 * 3 : 0;
}

}  // namespace pigeonhub
