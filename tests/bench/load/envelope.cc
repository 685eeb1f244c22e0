// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/envelope.h"

#include <cstddef>
#include <cstring>

namespace pigeonhub::bench {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

size_t SkipSpace(std::string_view json, size_t at) {
  while (at < json.size() &&
         (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
    ++at;
  }
  return at;
}

// `at` is an opening quote; returns the place after the closing one.
size_t SkipString(std::string_view json, size_t at) {
  for (size_t end = at + 1; end < json.size(); ++end) {
    const void* quote = std::memchr(json.data() + end, '"', json.size() - end);
    if (quote == nullptr) return kNowhere;
    end = static_cast<size_t>(static_cast<const char*>(quote) - json.data());
    size_t backslashes = 0;
    while (json[end - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return end + 1;
  }
  return kNowhere;
}

size_t SkipValue(std::string_view json, size_t at) {
  int depth = 0;
  while (at < json.size()) {
    switch (json[at]) {
      case '"':
        at = SkipString(json, at);
        if (depth == 0 || at == kNowhere) return at;
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth == 0) return at;
        if (--depth == 0) return at + 1;
        break;
      case ',':
        if (depth == 0) return at;
        break;
      default:
        break;
    }
    ++at;
  }
  return kNowhere;
}

std::string_view Unquoted(std::string_view value) {
  if (value.size() < 2 || value.front() != '"') return {};
  return value.substr(1, value.size() - 2);
}

// Calls `visit(name, value)` for each member of the outermost object.
template <typename Visitor>
bool ForEachMember(std::string_view json, Visitor visit) {
  size_t at = SkipSpace(json, 0);
  if (at >= json.size() || json[at] != '{') return false;
  at = SkipSpace(json, at + 1);
  while (at < json.size() && json[at] != '}') {
    if (json[at] != '"') return false;
    const size_t name_end = SkipString(json, at);
    if (name_end == kNowhere) return false;
    const std::string_view name = json.substr(at + 1, name_end - at - 2);
    at = SkipSpace(json, name_end);
    if (at >= json.size() || json[at] != ':') return false;
    at = SkipSpace(json, at + 1);
    const size_t value_end = SkipValue(json, at);
    if (value_end == kNowhere) return false;
    visit(name, json.substr(at, value_end - at));
    at = SkipSpace(json, value_end);
    if (at < json.size() && json[at] == ',') at = SkipSpace(json, at + 1);
  }
  return at < json.size();
}

}  // namespace

bool ReadEnvelope(std::string_view json, Envelope& envelope) {
  envelope = Envelope{};
  return ForEachMember(json, [&](std::string_view name, std::string_view value) {
    if (name == "type") {
      envelope.type = Unquoted(value);
    } else if (name == "data") {
      envelope.data = value;
    } else if (name == "networkName") {
      envelope.network_name = Unquoted(value);
    } else if (name == "fromPeerId") {
      envelope.from_peer_id = Unquoted(value);
    } else if (name == "targetPeerId") {
      envelope.target_peer_id = Unquoted(value);
    }
  });
}

std::string_view PeerIdIn(std::string_view data) {
  std::string_view peer_id;
  ForEachMember(data, [&](std::string_view name, std::string_view value) {
    if (name == "peerId") peer_id = Unquoted(value);
  });
  return peer_id;
}

}  // namespace pigeonhub::bench
