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

void AppendMaskedQuery(std::string& out, std::string_view query) {
  while (true) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const size_t equals = pair.find('=');
    // A query without names is all value.
    if (equals != std::string_view::npos) out += pair.substr(0, equals + 1);
    if (!pair.empty()) out += kMask;
    if (end == query.size()) return;
    out += '&';
    query.remove_prefix(end + 1);
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
  out += url.substr(position, std::min(query, fragment) - position);
  if (query < fragment) {
    out += '?';
    AppendMaskedQuery(out, url.substr(query + 1, fragment - query - 1));
  }
  if (fragment < url.size()) out.append(1, '#').append(kMask);
  return out;
}

}  // namespace pigeonhub
