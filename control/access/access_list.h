// SPDX-License-Identifier: Apache-2.0
//
// The file behind --control-tokens: who may use the control API, and as what.
//
//   # name     role      credential
//   dashboard  viewer    sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//   ci         operator  correct-horse-battery-staple
//   alice      admin     cert:alice@example.org
//
// A credential is a bearer token of at least 16 characters, the SHA-256 of one, or a name in a
// client certificate (its common name or an alternative name). Tokens are kept as digests and never
// shown.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "control/access/roles.h"
#include "server/base/digest.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Somebody who calls.
struct Principal {
  std::string name;
  Role role = Role::kViewer;
  bool asks_all = false;  // the same of each hub of the mesh
  // What he showed, where the file decides what that is worth. Else both are empty.
  std::optional<Digest> token = {};
  std::vector<std::string> certificate_names = {};
};

// The content of such a file. A value.
class AccessList {
 public:
  // INVALID_ARGUMENT for a text that does not have this form. The message is one line and begins
  // with `name` and the line number.
  static absl::StatusOr<AccessList> Parse(std::string_view text, std::string_view name);

  // Of the tokens, in the order of the file.
  std::vector<std::string> TokenNames() const;

  std::optional<Principal> FindToken(std::string_view token) const {
    return FindToken(DigestOf(token));
  }
  std::optional<Principal> FindToken(const Digest& token) const;
  std::optional<Principal> FindCertificate(const std::vector<std::string>& names) const;

 private:
  struct TokenRow {
    Principal principal;
    Digest digest;
  };
  struct CertificateRow {
    Principal principal;
    std::string name;
  };
  std::vector<TokenRow> tokens_;
  std::vector<CertificateRow> certificates_;
};

// The file itself. It is read again when it has changed. If the new content cannot be read or is
// wrong, the list stays as it was, and the log says why. Thread-safe.
class AccessFile {
 public:
  // Does not read the file yet. `log` outlives this.
  AccessFile(std::string path, Log& log) : path_(std::move(path)), log_(log) {}

  // Reads the file and puts it in force, unless it is only to be checked. True if its content
  // differs from what was in force before.
  absl::StatusOr<bool> Load(bool only_check = false) ABSL_LOCKS_EXCLUDED(mutex_);

  // The list in force. Reads the file again first if its times say that it changed.
  std::shared_ptr<const AccessList> Current() ABSL_LOCKS_EXCLUDED(mutex_);
  // Counts the lists that were in force, this one among them. Looks at the file as Current does.
  uint64_t Version() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Tells whether somebody has written the file since the last look.
  struct Stamp {
    int64_t modified_ns = 0;
    int64_t size = -1;
    uint64_t inode = 0;
    bool operator==(const Stamp&) const = default;
  };
  Stamp ReadStamp() const;
  absl::StatusOr<bool> LoadLocked(bool only_check) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void LookLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  Log& log_;
  Mutex mutex_;
  Stamp stamp_ ABSL_GUARDED_BY(mutex_);
  Digest digest_ ABSL_GUARDED_BY(mutex_){};
  uint64_t version_ ABSL_GUARDED_BY(mutex_) = 0;
  std::shared_ptr<const AccessList> list_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<const AccessList>();
};

}  // namespace pigeonhub
