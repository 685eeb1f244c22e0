// SPDX-License-Identifier: Apache-2.0

#include "tests/control/certificates.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace pigeonhub {

void Certificates::MakeAuthority(const std::string& name) {
  Run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=" + name +
      " -keyout " + Key(name) + " -out " + Pem(name));
}

void Certificates::Make(const std::string& name, const std::string& authority,
                        const std::string& common_name) {
  folder_.Write(name + ".ext", "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  Run("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + common_name +
      " -keyout " + Key(name) + " -out " + folder_.Path(name + ".csr"));
  Run("x509 -req -days 1 -CA " + Pem(authority) + " -CAkey " + Key(authority) +
      " -CAcreateserial -extfile " + folder_.Path(name + ".ext") + " -in " +
      folder_.Path(name + ".csr") + " -out " + Pem(name));
}

std::string Certificates::Text(const std::string& path) const {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void Certificates::Run(const std::string& arguments) {
  const std::string log = folder_.Path("openssl.log");
  EXPECT_EQ(std::system(("openssl " + arguments + " >" + log + " 2>&1").c_str()), 0) << Text(log);
}

}  // namespace pigeonhub
