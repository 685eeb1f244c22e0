// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <openssl/x509.h>

#include <string>
#include <vector>

namespace pigeonhub {

// What a client certificate calls its owner: the common name, and the alternative names that are
// hosts, mail addresses or URIs, as gRPC tells them. Names with a NUL inside are left out.
std::vector<std::string> CertificateNames(const X509& certificate);

}  // namespace pigeonhub
