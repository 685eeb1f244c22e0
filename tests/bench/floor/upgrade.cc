// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/floor/upgrade.h"

#include <openssl/evp.h>

#include <array>
#include <cstddef>

namespace pigeonhub::bench {
namespace {

constexpr size_t kSha1Size = 20;
constexpr size_t kBase64Size = (kSha1Size + 2) / 3 * 4;

}  // namespace

std::string_view After(std::string_view text, std::string_view name, char end) {
  const size_t at = text.find(name);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + name.size());
  return text.substr(0, text.find(end));
}

std::string UpgradeAnswer(std::string_view request) {
  std::string key(After(request, "Sec-WebSocket-Key: ", '\r'));
  key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, kSha1Size> digest;
  EVP_Digest(key.data(), key.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
  std::array<unsigned char, kBase64Size + 1> accept;
  EVP_EncodeBlock(accept.data(), digest.data(), static_cast<int>(digest.size()));
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: ";
  answer.append(reinterpret_cast<const char*>(accept.data()), kBase64Size);
  return answer.append("\r\n\r\n");
}

}  // namespace pigeonhub::bench
