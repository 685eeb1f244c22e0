// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/handshake_key.h"

#include <openssl/evp.h>

#include "absl/strings/escaping.h"
#include "server/base/random.h"

namespace pigeonhub::net {
namespace {

// What a server joins to the key before it hashes it: RFC 6455, section 1.3.
constexpr std::string_view kAcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

}  // namespace

std::string NewHandshakeKey() { return absl::Base64Escape(RandomBytes(16)); }

std::string AcceptKeyFor(std::string_view key) {
  const std::string text = std::string(key) + std::string(kAcceptSuffix);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  return absl::Base64Escape({reinterpret_cast<const char*>(digest), size});
}

}  // namespace pigeonhub::net
