// SPDX-License-Identifier: Apache-2.0

#include "server/base/masked_url.h"

#include <algorithm>

namespace pigeonhub {
namespace {

constexpr std::string_view kMask = "***";

// Whether a port, if there is one, is a number: not so in the half of a password that has a slash.
bool HasPort(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.ends_with(']')) return true;
  return authority.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
}

// Where the user name and the password end, with their @; `start` if there are none. `start` is
// where the scheme ends, 0 if there is none.
size_t EndOfUser(std::string_view url, size_t start) {
  const size_t authority_end = std::min(url.find_first_of("/?#", start), url.size());
  const std::string_view authority = url.substr(start, authority_end - start);
  size_t at = authority.rfind('@');
  if (at != std::string_view::npos) return start + at + 1;
  const bool proper = start > 0 && !authority.empty() && HasPort(authority);
  at = proper ? std::string_view::npos : url.rfind('@');
  return at == std::string_view::npos ? start : at + 1;
}

// What a reader knows an address by is short; keys and tokens are not.
void AppendIfShort(std::string& out, std::string_view text) {
  constexpr size_t kLongestShown = 16;
  out += text.size() > kLongestShown ? kMask : text;
}

// NAME=VALUE, of which the name is shown. What has no value may be all secret, also where it ends
// in the = of base64.
void AppendMaskedPair(std::string& out, std::string_view pair) {
  const size_t equals = pair.find('=');
  if (equals < pair.size() && pair.find_first_not_of('=', equals) != std::string_view::npos) {
    AppendIfShort(out, pair.substr(0, equals));
    out += '=';
  }
  if (!pair.empty()) out += kMask;
}

void AppendMaskedQuery(std::string& out, std::string_view query) {
  while (true) {
    const size_t end = std::min(query.find_first_of("&;"), query.size());
    AppendMaskedPair(out, query.substr(0, end));
    if (end == query.size()) return;
    out += query[end];
    query.remove_prefix(end + 1);
  }
}

// Where the name of a segment ends and its parameters (RFC 3986, 3.3) or a value begin.
size_t EndOfName(std::string_view segment) {
  size_t end = segment.find_first_of(";=");
  for (const std::string_view escaped : {"%3B", "%3b", "%3D", "%3d"}) {
    end = std::min(end, segment.find(escaped));
  }
  return std::min(end, segment.size());
}

void AppendMaskedPath(std::string& out, std::string_view path) {
  while (true) {
    const size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    const size_t name = EndOfName(segment);
    AppendIfShort(out, segment.substr(0, name));
    if (name < segment.size()) {
      out += segment[name] == '=' ? '=' : ';';
      out += kMask;
    }
    if (end == path.size()) return;
    out += '/';
    path.remove_prefix(end + 1);
  }
}

}  // namespace

std::string MaskedUrl(std::string_view url) {
  const size_t scheme = url.find("://");
  size_t position = scheme == std::string_view::npos ? 0 : scheme + 3;
  std::string out(url.substr(0, position));
  if (const size_t end = EndOfUser(url, position); end > position) {
    out.append(kMask).append(1, '@');
    position = end;
  }
  const size_t query = std::min(url.find('?', position), url.size());
  const size_t fragment = std::min(url.find('#', position), url.size());
  const size_t path_end = std::min(query, fragment);
  const size_t path = std::min(url.find_first_of("/;", position), path_end);
  out += url.substr(position, path - position);
  AppendMaskedPath(out, url.substr(path, path_end - path));
  if (query < fragment) {
    out += '?';
    AppendMaskedQuery(out, url.substr(query + 1, fragment - query - 1));
  }
  if (fragment < url.size()) out.append(1, '#').append(kMask);
  return out;
}

}  // namespace pigeonhub
