// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "tests/support/temporary_folder.h"

namespace pigeonhub {

// Keys and certificates made by the program openssl, in a folder of the test's.
class Certificates {
 public:
  explicit Certificates(const TemporaryFolder& folder) : folder_(folder) {}

  // A certificate authority: NAME.pem and NAME.key.
  void MakeAuthority(const std::string& name);
  // NAME.pem and NAME.key for `common_name`, valid for localhost and 127.0.0.1, signed by one.
  void Make(const std::string& name, const std::string& authority, const std::string& common_name);

  std::string Pem(const std::string& name) const { return folder_.Path(name + ".pem"); }
  std::string Key(const std::string& name) const { return folder_.Path(name + ".key"); }
  std::string Text(const std::string& path) const;

 private:
  void Run(const std::string& arguments);
  const TemporaryFolder& folder_;
};

}  // namespace pigeonhub
