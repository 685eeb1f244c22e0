// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace pigeonhub::cli {

struct ArchiveFile {
  std::string name;  // less than 100 bytes, without a slash at its beginning
  std::string text;
};

// The files as tar writes them (POSIX ustar), compressed with gzip. Only their owner may read what
// is unpacked.
std::string TarGz(const std::vector<ArchiveFile>& files,
                  std::chrono::system_clock::time_point modified);

}  // namespace pigeonhub::cli
