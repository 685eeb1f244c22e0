// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/handshake_key.h"

#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "server/base/random.h"

namespace pigeonhub::net {
namespace {

// What a server joins to the key before it hashes it: RFC 6455, section 1.3.
constexpr std::string_view kAcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

// OpenSSL looks a digest up by its name for each use, unless it was fetched before.
const EVP_MD* Sha1() {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  return sha1;
}

}  // namespace

std::string NewHandshakeKey() { return absl::Base64Escape(RandomBytes(16)); }

std::string AcceptKeyFor(std::string_view key) {
  const std::string text = std::string(key) + std::string(kAcceptSuffix);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, Sha1(), nullptr);
  return absl::Base64Escape({reinterpret_cast<const char*>(digest), size});
}

}  // namespace pigeonhub::net
