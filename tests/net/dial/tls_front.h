// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace pigeonhub::net {

// What an ingress does: TLS on a free port of 127.0.0.1, and behind it, in the clear, another port.
// One connection at a time, until it is destroyed.
class TlsFront {
 public:
  // `certificate` and `key` in PEM form.
  TlsFront(const std::string& certificate, const std::string& key, uint16_t behind);
  ~TlsFront();

  uint16_t port() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
