// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

namespace pigeonhub {

// A certificate that vouches for itself and its private key, both PEM.
struct Certificate {
  std::string pem;
  std::string key;
};

// For this DNS name, valid from so many seconds from now on until so many from now.
Certificate MakeCertificate(const std::string& dns_name, long from = -60, long until = 3600);

}  // namespace pigeonhub
