// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/base/descriptor.h"

namespace pigeonhub {

// Holds a file, so that nobody else does, in another process or in this one. The system lets it go
// with the process, however that ends; the file stays where it is, and is empty.
class FileLock {
 public:
  // Makes the file if there is none. ALREADY_EXISTS if somebody else holds it; UNAVAILABLE, one
  // line, if it cannot be held.
  absl::Status Take(const std::string& path);

 private:
  Descriptor file_;
};

}  // namespace pigeonhub
