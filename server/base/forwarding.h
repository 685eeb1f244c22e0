// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

namespace pigeonhub {

// Who sent a request that came from this machine? A proxy on it may have passed on what somebody
// else sent. Two things tell, in HTTP and in gRPC alike.

// Whether a header, or a metadata key, is one that proxies and content networks add: Forwarded (RFC
// 7239), Via (RFC 9110), X-Forwarded-*, X-Real-IP, CF-*, and the like. The case does not matter.
bool SaysForwarded(std::string_view header);

// Whether the host that a client asks for, with or without a port, is this machine: "localhost",
// "127.0.0.1:5", "[::1]:5". Who asks for a name was sent here by that name. False for no host.
bool NamesThisMachine(std::string_view host);

}  // namespace pigeonhub
