// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace pigeonhub {

// A folder of a test's own, gone afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    char path[] = "/tmp/pigeonhub-control-XXXXXX";
    EXPECT_NE(mkdtemp(path), nullptr);
    path_ = path;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string Path(const std::string& name) const { return path_ + "/" + name; }

  // Puts the file in place in one step, as programs that rotate files do; returns its path. Only
  // its owner may read it.
  std::string Write(const std::string& name, std::string_view text) const {
    std::ofstream(Path(name + ".new")) << text;
    std::filesystem::permissions(Path(name + ".new"), std::filesystem::perms(0600));
    std::filesystem::rename(Path(name + ".new"), Path(name));
    return Path(name);
  }

 private:
  std::string path_;
};

}  // namespace pigeonhub
