// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "pigeonhub/time.h"

namespace pigeonhub {

// The certificate that a server shows to those who connect.
struct TlsRecord {
  std::vector<std::string> names;  // host names and addresses that it is for; the first 16
  std::string issuer;              // as in "CN=Example CA,O=Example"
  std::string fingerprint;         // SHA-256, 64 hexadecimal digits
  UnixMillis not_before = 0;
  UnixMillis not_after = 0;          // of the certificate in its chain that expires first
  bool client_certificates = false;  // clients must show certificates, too
  // Why the content that is in the files now is not in force; empty: it is.
  std::string problem;
};

}  // namespace pigeonhub
