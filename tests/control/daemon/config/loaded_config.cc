// SPDX-License-Identifier: Apache-2.0

#include "tests/control/daemon/config/loaded_config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace pigeonhub {

absl::StatusOr<Config> Load(const Arguments& arguments, const Variables& variables) {
  return LoadConfig(arguments, variables);
}

std::string ErrorOf(const Arguments& arguments, const Variables& variables) {
  const auto config = Load(arguments, variables);
  if (config.ok()) return "no error";
  EXPECT_TRUE(absl::IsInvalidArgument(config.status())) << config.status();
  return std::string(config.status().message());
}

std::string OriginOf(const Config& config, std::string_view name) {
  const auto found = config.origins.find(name);
  return Describe(found == config.origins.end() ? ValueOrigin{} : found->second);
}

ConfigFile::ConfigFile(std::string_view text) {
  char path[] = "/tmp/pigeonhub-config-XXXXXX";
  const int fd = mkstemp(path);
  EXPECT_GE(fd, 0);
  EXPECT_EQ(write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  close(fd);
  path_ = path;
}

ConfigFile::~ConfigFile() { unlink(path_.c_str()); }

}  // namespace pigeonhub
