// SPDX-License-Identifier: Apache-2.0
//
// The headers in which HTTP proxies say for whom they ask: `Forwarded` (RFC 7239) and
// X-Forwarded-For. Both are lists. Each proxy on the way adds at the right end who asked it, so a
// list is read from there: anybody may have invented what is further left. Nothing on the left
// changes how the right is read, not even a quotation mark that is never closed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub::net {

// Both take the last hop off `list`, the value of the header, and return its address as
// CanonicalAddress spells it. Empty, if the hop does not parse or names no address ("unknown", or
// "_hidden", which stands for one): nothing further left counts then.
std::optional<std::string> TakeHopOfForwarded(std::string_view& list);
std::optional<std::string> TakeHopOfXForwardedFor(std::string_view& list);

}  // namespace pigeonhub::net
