// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/peer_entry.h"

#include <string>
#include <utility>

#include "cli/rpc/target.h"

namespace pigeonhub::cli {

std::vector<Flag> PeerFlags(std::vector<Flag> own) {
  own.push_back({.name = "peer-ca",
                 .value = "FILE",
                 .help = "Who must have signed certificates at wss:// addresses, where --ca is for "
                         "the control API",
                 .words = Words::kFiles});
  own.push_back({.name = "peer-token-file",
                 .value = "FILE",
                 .help = "What the peers show, where --token-file is for the control API",
                 .words = Words::kFiles});
  own.push_back(Switch("proxy-protocol",
                       "Begin with a PROXY header that speaks for pigeonctl itself, as a hub with "
                       "--proxy-protocol asks for"));
  return own;
}

absl::StatusOr<Entry> PeerEntryOf(const Arguments& arguments, std::string_view token_flag) {
  Entry entry{.ca = arguments.text(arguments.has("peer-ca") ? "peer-ca" : "ca"),
              .proxy_protocol = arguments.has("proxy-protocol")};
  if (!arguments.has(token_flag)) return entry;
  auto token = ReadToken(arguments.text(token_flag));
  if (!token.ok()) return token.status();
  entry.token = *std::move(token);
  return entry;
}

}  // namespace pigeonhub::cli
