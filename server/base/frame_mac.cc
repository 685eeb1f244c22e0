// SPDX-License-Identifier: Apache-2.0

#include "server/base/frame_mac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace pigeonhub {
namespace {

struct Free {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MAC_CTX, Free>;

void Require(bool done) {
  if (done) return;
  std::fputs("OpenSSL cannot use SipHash here; is its FIPS mode on?\n", stderr);
  std::abort();
}

Context MakeContext() {
  const std::unique_ptr<EVP_MAC, Free> mac(EVP_MAC_fetch(nullptr, "SIPHASH", nullptr));
  Require(mac != nullptr);
  return Context(EVP_MAC_CTX_new(mac.get()));  // it keeps the EVP_MAC
}

}  // namespace

Mac FrameMacOf(std::initializer_list<std::string_view> pieces, const MacKey& key) {
  // To make a context takes longer than to use it, and no two threads may use one.
  thread_local const Context context = MakeContext();
  Mac mac;
  size_t size = 0;
  // OpenSSL's SipHash makes 128 bits unless it is told otherwise.
  Require(context != nullptr && EVP_MAC_init(context.get(), key.data(), key.size(), nullptr) == 1);
  for (const std::string_view piece : pieces) {
    Require(EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(piece.data()),
                           piece.size()) == 1);
  }
  Require(EVP_MAC_final(context.get(), mac.data(), &size, mac.size()) == 1 && size == mac.size());
  return mac;
}

bool IsSameMac(const Mac& a, const Mac& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pigeonhub
