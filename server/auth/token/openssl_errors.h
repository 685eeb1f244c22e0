// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <openssl/err.h>

namespace pigeonhub::auth {

// What OpenSSL notes on this thread while this lives is forgotten with it: TLS on the same thread
// would take it for a failure of its own.
class ForgetOpensslErrors {
 public:
  ForgetOpensslErrors() { ERR_set_mark(); }
  ~ForgetOpensslErrors() { ERR_pop_to_mark(); }
  ForgetOpensslErrors(const ForgetOpensslErrors&) = delete;
  ForgetOpensslErrors& operator=(const ForgetOpensslErrors&) = delete;
};

}  // namespace pigeonhub::auth
