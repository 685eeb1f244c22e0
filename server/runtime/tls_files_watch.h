// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/base/tls_files.h"
#include "server/runtime/files_watch.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// Notices that the files of a TLS server were replaced, as FilesWatch says.
//
// Thread-safe.
class TlsFilesWatch {
 public:
  // `whose` completes the lines of the log: "new certificates of WHOSE are in force". `log`
  // outlives this.
  TlsFilesWatch(TlsFiles files, const std::string& whose, Log& log);

  const TlsFiles& files() const { return files_; }

  // The content of the files as it is now, or in one line why it cannot be used.
  absl::StatusOr<TlsTexts> Open();
  // Looks at the files. Returns their content if it can be used, and is not that which Open or Look
  // returned last.
  std::optional<TlsTexts> Look();

  // Why the content that is in the files now is not in force; empty: it is.
  std::string problem() const { return watch_.problem(); }
  // Whether there is any content in force.
  bool any_in_force() const { return watch_.in_force().has_value(); }

 private:
  const TlsFiles files_;
  FilesWatch watch_;
};

}  // namespace pigeonhub
