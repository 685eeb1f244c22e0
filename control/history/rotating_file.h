// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "control/history/line_file.h"
#include "server/base/descriptor.h"

namespace pigeonhub::history {

// A file that does not grow forever. Once the lines to add would make it larger than `most_bytes`,
// it is renamed to PATH.1, what was PATH.1 to PATH.2 and so on, the last one is given up, and PATH
// begins anew. Only its owner may read a file that this creates.
//
// If somebody renames or removes the file, the next lines make a new one, and one that was emptied
// is used further: whoever makes room on a full disk need tell nobody. Lines are written, not
// synced: they outlive the process, but the newest may be lost with the machine's power.
class RotatingFile final : public LineFile {
 public:
  struct Limits {
    uint64_t most_bytes = uint64_t{64} << 20;
    size_t keep = 5;  // files beside PATH
  };

  // Opens the file or creates it, and holds it against other hubs. Removes the renamed ones that
  // are more than `keep`, as there are where more were kept before. UNAVAILABLE, one line, where
  // that fails, where it is no regular file, and where another hub writes to it.
  static absl::StatusOr<std::unique_ptr<RotatingFile>> Open(std::string path, Limits limits);

  absl::Status Append(std::string_view lines) override;

 private:
  RotatingFile(std::string path, Limits limits) : path_(std::move(path)), limits_(limits) {}

  // Removes PATH.N for every N over `keep`, up to the first that is not there.
  void RemoveOlder();
  // Opens what the path names now.
  absl::Status OpenPath();
  // Whether the path still names the file that is open. Looks how long that is, too: who makes room
  // may have emptied it.
  bool IsInPlace();
  absl::Status Rotate();
  absl::Status Write(std::string_view lines);

  const std::string path_;
  const Limits limits_;
  Descriptor file_;
  uint64_t size_ = 0;
};

}  // namespace pigeonhub::history
