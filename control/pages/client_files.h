// SPDX-License-Identifier: Apache-2.0
//
// Files that the program has inside, as answers at the port of the peers.
#pragma once

#include <span>
#include <string_view>

#include "console/embedded_files.h"
#include "pigeonhub/http.h"

namespace pigeonhub {

using Files = std::span<const EmbeddedFile>;

// The file, as it is packed or not, by what the client takes; 304 for a client that has it. Caches
// ask again each time. HTTP 404, which says why, if there is no such file in this build.
Response FileAnswer(Files files, std::string_view path, const Request& request);

}  // namespace pigeonhub
