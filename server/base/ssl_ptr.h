// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <openssl/ssl.h>

#include <memory>

namespace pigeonhub {

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
// TLS on one connection.
using SslPtr = std::unique_ptr<SSL, SslDeleter>;
// What many of them have in common.
using SslContextPtr = std::unique_ptr<SSL_CTX, SslDeleter>;

}  // namespace pigeonhub
