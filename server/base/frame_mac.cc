// SPDX-License-Identifier: Apache-2.0

#include "server/base/frame_mac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
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
  std::fputs("OpenSSL cannot use Poly1305 or SipHash here; is its FIPS mode on?\n", stderr);
  std::abort();
}

Context MakeContext(const char* algorithm) {
  const std::unique_ptr<EVP_MAC, Free> mac(EVP_MAC_fetch(nullptr, algorithm, nullptr));
  Require(mac != nullptr);
  return Context(EVP_MAC_CTX_new(mac.get()));  // it keeps the EVP_MAC
}

// Both algorithms make 128 bits unless they are told otherwise.
template <size_t kKeySize>
Mac Compute(EVP_MAC_CTX* context, const std::array<uint8_t, kKeySize>& key,
            std::initializer_list<std::string_view> pieces) {
  Mac mac;
  size_t size = 0;
  Require(context != nullptr && EVP_MAC_init(context, key.data(), key.size(), nullptr) == 1);
  for (const std::string_view piece : pieces) {
    Require(EVP_MAC_update(context, reinterpret_cast<const unsigned char*>(piece.data()),
                           piece.size()) == 1);
  }
  Require(EVP_MAC_final(context, mac.data(), &size, mac.size()) == 1 && size == mac.size());
  return mac;
}

}  // namespace

Mac FrameMacOf(std::initializer_list<std::string_view> pieces, const MacKey& key) {
  // To make a context takes longer than to use it, and no two threads may use one.
  thread_local const Context poly1305 = MakeContext("POLY1305");
  thread_local const Context siphash = MakeContext("SIPHASH");
  constexpr size_t kHalf = 16;
  // The second half of a key of Poly1305 is only added at the end, and hides the sum where that
  // half is new each time. Here it is nought, and SipHash hides the sum.
  std::array<uint8_t, 2 * kHalf> sum_key{};
  std::copy_n(key.begin(), kHalf, sum_key.begin());
  std::array<uint8_t, kHalf> hiding_key;
  std::copy_n(key.begin() + kHalf, kHalf, hiding_key.begin());
  const Mac sum = Compute(poly1305.get(), sum_key, pieces);
  return Compute(siphash.get(), hiding_key,
                 {{reinterpret_cast<const char*>(sum.data()), sum.size()}});
}

bool IsSameMac(const Mac& a, const Mac& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pigeonhub
