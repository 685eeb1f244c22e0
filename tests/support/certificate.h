// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

namespace pigeonhub {

// A certificate that vouches for itself and its private key, both PEM.
struct Certificate {
  std::string pem;
  std::string key;
};

// For this DNS name, valid for an hour.
Certificate MakeCertificate(const std::string& dns_name);

}  // namespace pigeonhub
