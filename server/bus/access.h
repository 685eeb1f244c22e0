// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pigeonhub::bus {

// What an operator gives to be let in by brokers: paths of files, read at each connect, so that
// what is replaced is in force by itself. An empty path names no file.
struct AccessFiles {
  std::string auth = {};
  std::string ca = {};  // empty: the certificates that the system trusts
  std::string certificate = {};
  std::string key = {};
};

// What a hub shows a broker to be let in. A value.
struct Credentials {
  std::string user = {};
  std::string password = {};    // of the user
  std::string token = {};       // instead of them
  std::string creds_file = {};  // instead of all: a path, whose JWT and seed the library reads
};

// The same as the files have it now.
struct Access {
  Credentials credentials = {};
  // In PEM form, and empty where there is no file.
  std::string ca = {};
  std::string certificate = {};
  std::string key = {};
};

// INVALID_ARGUMENT or UNAVAILABLE, one line that names the file and never what is in it.
absl::StatusOr<Access> ReadAccess(const AccessFiles& files);

// The text of a file of credentials called `path`: a .creds file as nsc writes it, one line
// user:password, or one line with a token. INVALID_ARGUMENT, one line, for anything else.
absl::StatusOr<Credentials> ParseCredentials(std::string_view text, const std::string& path);

}  // namespace pigeonhub::bus
