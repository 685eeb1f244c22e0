// SPDX-License-Identifier: Apache-2.0

#include "control/pages/ice.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "server/base/json_writer.h"

namespace pigeonhub {
namespace {

std::string HmacSha1(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  return {reinterpret_cast<const char*>(mac.data()), size};
}

std::vector<std::string> Those(const std::vector<std::string>& urls, bool turn) {
  std::vector<std::string> those;
  for (const std::string& url : urls) {
    if (IsTurnUrl(url) == turn) those.push_back(url);
  }
  return those;
}

void WriteUrls(const std::vector<std::string>& urls, JsonWriter& json) {
  json.Key("urls").BeginArray();
  for (const std::string& url : urls) json.String(url);
  json.EndArray();
}

}  // namespace

bool IsTurnUrl(std::string_view url) {
  return url.starts_with("turn:") || url.starts_with("turns:");
}

TurnCredentials MakeTurnCredentials(std::string_view secret, const std::optional<PeerId>& peer,
                                    int64_t expires_unix_s) {
  std::string username = std::to_string(expires_unix_s);
  if (peer.has_value()) username.append(":").append(peer->text());
  const std::string mac = HmacSha1(secret, username);
  return {std::move(username), absl::Base64Escape(absl::string_view(mac.data(), mac.size()))};
}

std::string IceJson(const IceServers& servers, const std::optional<PeerId>& peer, UnixMillis now) {
  const int64_t ttl = std::chrono::duration_cast<std::chrono::seconds>(servers.ttl).count();
  std::string out;
  JsonWriter json(out);
  json.BeginObject().Key("iceServers").BeginArray();
  if (const auto stun = Those(servers.urls, false); !stun.empty()) {
    json.BeginObject();
    WriteUrls(stun, json);
    json.EndObject();
  }
  if (const auto turn = Those(servers.urls, true); !turn.empty()) {
    const auto credentials = MakeTurnCredentials(servers.turn_secret, peer, now / 1000 + ttl);
    json.BeginObject();
    WriteUrls(turn, json);
    json.Key("username").Word(credentials.username);
    json.Key("credential").Word(credentials.credential).EndObject();
  }
  json.EndArray().Key("ttl").Number(ttl).EndObject();
  return out + '\n';
}

}  // namespace pigeonhub
