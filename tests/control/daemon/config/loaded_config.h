// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "control/daemon/config/config.h"

namespace pigeonhub {

using Arguments = std::vector<std::string>;

inline const std::string kSomeId = "0123456789abcdef0123456789abcdef01234567";
inline const std::string kOtherId = "ABCDEF0123456789abcdef0123456789abcdef01";

// What flags and variables make, where no other variable is set.
absl::StatusOr<Config> Load(const Arguments& arguments, const Variables& variables = {});
std::string ErrorOf(const Arguments& arguments, const Variables& variables = {});
std::string OriginOf(const Config& config, std::string_view name);

// A file for --config, gone when the test is over.
class ConfigFile {
 public:
  explicit ConfigFile(std::string_view text);
  ~ConfigFile();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace pigeonhub
